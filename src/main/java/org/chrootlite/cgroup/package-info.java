/**
 * Control groups of versions 1 and 2 behind one interface: a group holds all processes of a run, bounds and counts what
 * they use together, and is removed with all that is in it. See cgroups(7).
 */
@NullMarked
package org.chrootlite.cgroup;

import org.jspecify.annotations.NullMarked;
