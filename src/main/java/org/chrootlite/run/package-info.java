/**
 * Runs a launcher: starts it, carries its streams, ends it when it must, reads what it reports, and judges.
 *
 * <p>{@link org.chrootlite.run.Supervisor} does, {@link org.chrootlite.run.Judge} decides.
 */
@NullMarked
package org.chrootlite.run;

import org.jspecify.annotations.NullMarked;
