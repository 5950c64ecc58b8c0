package org.chrootlite.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command runs in.
 *
 * @param arguments what follows {@code --}, for a command that {@linkplain Command#takesArguments() takes it}; empty
 *     where there is no {@code --}
 * @param environment the caller's
 */
record Context(
    GlobalOptions options, Optional<List<String>> arguments, Streams streams, Map<String, String> environment) {
  /** Writes a line to standard output. */
  void println(String line) {
    streams.out().println(line);
  }

  /** Whether standard error gets colours. */
  boolean colorsError() {
    return colors(streams.terminal().error());
  }

  /** Whether standard output gets colours. */
  boolean colorsOutput() {
    return colors(streams.terminal().output());
  }

  private boolean colors(boolean isTerminal) {
    return switch (options.color()) {
      case ALWAYS -> true;
      case NEVER -> false;
      // NO_COLOR counts when it is not empty: https://no-color.org
      case AUTO ->
          isTerminal
              && environment.getOrDefault("NO_COLOR", "").isEmpty()
              && !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
    };
  }

  /** Writes a message to standard error, with control characters made visible. */
  void complain(String message) {
    streams.complain(message);
  }
}
