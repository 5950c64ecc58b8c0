package org.chrootlite.run;

import java.io.IOException;

/** Measures what a run uses. */
interface Meter {
  /** What is in use now; never less CPU time than at the last look. */
  Use look() throws IOException;
}
