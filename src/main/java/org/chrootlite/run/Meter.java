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

  /**
   * The same, when a look has shown too much memory: without what the kernel would give up at once. That may take long,
   * but not where there is too much in any case.
   *
   * @param memory how much is not too much, in bytes
   */
  default Use lookAgain(long memory) throws IOException {
    return look();
  }

  /** Lets go of what it holds open. */
  @Override
  void close() throws IOException;
}
