/** Writes static ELF executables: a header, the program headers, and the segments as they are. See elf(5). */
@NullMarked
package org.chrootlite.compile.elf;

import org.jspecify.annotations.NullMarked;
