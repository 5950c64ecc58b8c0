/**
 * JSON text, one line of it, to and from maps, lists and values.
 *
 * <p>It is written in a few hundred lines less of class loading than a library that also reads it, and read by no more
 * of one than its parser.
 */
@NullMarked
package org.chrootlite.json;

import org.jspecify.annotations.NullMarked;
