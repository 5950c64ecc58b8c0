/**
 * Runs a launcher: starts it, carries its streams, watches what it uses and what it keeps, ends it when it must, and
 * judges its report.
 *
 * <p>{@link org.chrootlite.run.Supervisor} does, {@link org.chrootlite.run.Judge} decides.
 * {@link org.chrootlite.run.UsageWatch} looks at what all processes use together: as the kernel counts it for their
 * control group, or, where they have none, process by process, which {@link org.chrootlite.run.NamespaceMeter} does and
 * says what it can miss.
 */
@NullMarked
package org.chrootlite.run;

import org.jspecify.annotations.NullMarked;
