package org.chrootlite.cli;

import java.io.Serial;

/** Ends a command with a message for the user and its {@linkplain Command#failureCode() failure code}. */
final class CommandException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final boolean usage;

  private CommandException(String message, boolean usage) {
    super(message);
    this.usage = usage;
  }

  /** Something failed. The message may have lines, and its control characters are escaped when it is shown. */
  static CommandException failure(String message) {
    return new CommandException(message, false);
  }

  /** The command is used in a wrong way; the user is shown where its help is. */
  static CommandException usage(String message) {
    return new CommandException(message, true);
  }

  boolean isUsage() {
    return usage;
  }
}
