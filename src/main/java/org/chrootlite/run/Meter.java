package org.chrootlite.run;

import java.io.IOException;

/** Measures what a run uses. For one thread. */
interface Meter extends AutoCloseable {
  /**
   * What is in use now; never less CPU time than at the last look.
   *
   * @throws IOException when that can't be found out, and won't be at another look either
   */
  Use look() throws IOException;

  /** Lets go of what it holds open. */
  @Override
  void close() throws IOException;
}
