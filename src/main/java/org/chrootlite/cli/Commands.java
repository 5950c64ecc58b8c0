package org.chrootlite.cli;

import java.util.List;

/** All commands. */
final class Commands {
  private Commands() {}

  /** In the order in which help shows them. */
  static List<Command> all() {
    return List.of(
        new ApplyCommand(),
        new DiffCommand(),
        new CreateCommand(),
        new RunCommand(),
        new ExecCommand(),
        new ListCommand(),
        new InfoCommand(),
        new HistoryCommand(),
        new LogsCommand(),
        new DeleteCommand(),
        new CleanupCommand(),
        new ExplainCommand(),
        new ValidateCommand(),
        new InitCommand(),
        new SchemaCommand());
  }
}
