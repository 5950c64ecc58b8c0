/**
 * The machine that a launcher runs on: a fixed interpreter of two operations, and programs for it.
 *
 * <p>A {@link org.chrootlite.compile.machine.Program} is a table of {@link org.chrootlite.compile.machine.Operation}s.
 * One calls a system call, the other takes bits out of a word. Every operation ends alike: its result is stored; one
 * from -4095 to -1 goes on at {@code onError}, one that equals {@code expect} at {@code onEqual}, any other at {@code
 * onElse}. That is enough for fork, for loops, and for failing closed, and little enough to read in one sitting.
 *
 * <p>In memory an operation is twelve 32-bit words: the call's number (or -1), the addresses of six arguments, the
 * address of the result, {@code expect}, and the addresses of the three operations to go on with. Arguments are always
 * addresses of 64-bit words, of constants as of cells, so the interpreter needs no addressing modes.
 */
@NullMarked
package org.chrootlite.compile.machine;

import org.jspecify.annotations.NullMarked;
