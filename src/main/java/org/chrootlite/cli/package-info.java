/**
 * The command line: what the user types becomes calls of the engine, and what they return becomes text and exit codes.
 *
 * <p>{@link org.chrootlite.cli.Main} finds the {@link org.chrootlite.cli.Command} that is meant, parses its options
 * with picocli and runs it in a {@link org.chrootlite.cli.Context}. A command is one class, listed in {@link
 * org.chrootlite.cli.Commands}. Only the named command's options are ever built, since building them is a good part of
 * a cold start.
 */
@NullMarked
package org.chrootlite.cli;

import org.jspecify.annotations.NullMarked;
