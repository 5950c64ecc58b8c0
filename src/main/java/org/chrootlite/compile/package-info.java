/**
 * A sandbox and a script become a launcher: {@link org.chrootlite.compile.JailPlanner} decides on the steps, {@link
 * org.chrootlite.compile.Lowering} turns them into operations, {@link org.chrootlite.compile.Launcher} into an
 * executable. {@link org.chrootlite.compile.Enforcement} says how well the limits are kept then, by what the host has.
 * All of it is pure.
 */
@NullMarked
package org.chrootlite.compile;

import org.jspecify.annotations.NullMarked;
