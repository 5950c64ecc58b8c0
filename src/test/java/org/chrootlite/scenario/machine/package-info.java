/** Virtual machines with other kernels and another processor, and what Chroot Lite does in them. */
@NullMarked
package org.chrootlite.scenario.machine;

import org.jspecify.annotations.NullMarked;
