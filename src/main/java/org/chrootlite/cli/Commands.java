package org.chrootlite.cli;

import java.util.List;

/** All commands. */
final class Commands {
  private Commands() {}

  /** In the order in which help shows them. */
  static List<Command> all() {
    return List.of(
        new RunCommand(),
        new ExecCommand(),
        new ExplainCommand(),
        new ValidateCommand(),
        new CreateCommand(),
        new InitCommand(),
        new SchemaCommand(),
        new HistoryCommand(),
        new LogsCommand());
  }
}
