/** Writes JSON, in a few hundred lines less of class loading than a library that also reads it. */
@NullMarked
package org.chrootlite.json;

import org.jspecify.annotations.NullMarked;
