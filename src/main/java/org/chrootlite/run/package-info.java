/**
 * Runs a launcher: starts it, carries its streams, watches what it keeps, ends it when it must, and judges its report.
 *
 * <p>{@link org.chrootlite.run.Supervisor} does, {@link org.chrootlite.run.Judge} decides.
 */
@NullMarked
package org.chrootlite.run;

import org.jspecify.annotations.NullMarked;
