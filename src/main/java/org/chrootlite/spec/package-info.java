/** A sandbox as a tree of plain values under the manifest's own keys: to be compared, stored, shown, and read back. */
@NullMarked
package org.chrootlite.spec;

import org.jspecify.annotations.NullMarked;
