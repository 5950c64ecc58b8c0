package org.chrootlite.cli;

import java.util.List;
import java.util.Optional;

/** All commands, in the order in which help shows them. */
final class Commands {
  private static final List<Command> ALL = List.of(
          new RunCommand(),
          new ExecCommand(),
          new ExplainCommand(),
          new ValidateCommand(),
          new InitCommand(),
          new SchemaCommand());

  private Commands() {}

  static List<Command> all() {
    return ALL;
  }

  static Optional<Command> named(String name) {
    for (Command command : ALL) {
      if (command.name().equals(name)) {
        return Optional.of(command);
      }
    }
    return Optional.empty();
  }

  static List<String> names() {
    return ALL.stream().map(Command::name).toList();
  }
}
