/** Attacks on what a run promises, and the proof that each would be noticed: by a plain chroot, or by a step less. */
@NullMarked
package org.chrootlite.hostile;

import org.jspecify.annotations.NullMarked;
