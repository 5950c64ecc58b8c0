/**
 * What system calls a script may make, as a seccomp filter: {@link org.chrootlite.compile.seccomp.Policy} says what
 * becomes of each call, {@link org.chrootlite.compile.seccomp.SeccompFilter} is the program that does it.
 */
@NullMarked
package org.chrootlite.compile.seccomp;

import org.jspecify.annotations.NullMarked;
