package org.chrootlite.cli;

import java.util.List;

/** All commands. */
final class Commands {
  private Commands() {}

  /** In the order in which help shows them within their groups. */
  static List<Command> all() {
    return List.of(
        new DiffCommand(),
        new ApplyCommand(),
        new RunCommand(),
        new ExecCommand(),
        new DeleteCommand(),
        new CleanupCommand(),
        new ListCommand(),
        new InfoCommand(),
        new HistoryCommand(),
        new LogsCommand(),
        new ExplainCommand(),
        new VerifyCommand(),
        new DoctorCommand(),
        new InitCommand(),
        new CreateCommand(),
        new ValidateCommand(),
        new SchemaCommand());
  }
}
