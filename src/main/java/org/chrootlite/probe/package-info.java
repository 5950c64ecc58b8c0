/**
 * Tries in a live sandbox what its promises and limits forbid.
 *
 * <p>A sandbox may have no shell and no tools, so a probe is a program of system calls for the {@linkplain
 * org.chrootlite.compile.machine launcher's own machine}: it is placed in the sandbox as a script's file is, runs as
 * any script does, and writes what each call returned to its standard output. Nothing is decided there. {@link
 * org.chrootlite.probe.Trial}s know which answers would break a {@link org.chrootlite.probe.Promise}, {@link
 * org.chrootlite.probe.LimitProbe}s which end a limit must bring, and both are told as {@link
 * org.chrootlite.probe.Guarantee}s. All of it is pure: who runs probes is the engine.
 *
 * <p>A call is never one that would harm the host if it were let through: where the kernel looks at rights first, its
 * arguments are such that it fails or changes nothing after that.
 */
@NullMarked
package org.chrootlite.probe;

import org.jspecify.annotations.NullMarked;
