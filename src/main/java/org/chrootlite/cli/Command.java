package org.chrootlite.cli;

import java.io.IOException;
import org.chrootlite.engine.EngineException;
import org.chrootlite.run.Judgement;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command of the command line. */
interface Command {
  /** Exit code of a command whose use or input is wrong. */
  int USAGE = 2;

  /** Exit code of chroot-lite's own failure where any other code could be the script's. */
  int OWN_FAILURE = Judgement.OWN_FAILURE;

  /** What commands are for, in the order in which help shows them. */
  enum Group {
    DAILY("From day to day"),
    LOOKING("What there is, and what there was"),
    WRITING("Writing manifests");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** What the user types. */
  String name();

  /** What it is for. */
  Group group();

  /** One line of help, without a full stop. */
  String summary();

  /** Lines of help that show the command in use, each a command line that works. */
  String examples();

  /**
   * Adds the command's own options and parameters.
   *
   * <p>The {@linkplain GlobalOptions global options} and {@code --help} are there already when this has returned; an
   * option of the same name that the command declares itself replaces the global one.
   */
  void declare(CommandSpec spec);

  /** Whether all that follows {@code --} is left alone, for {@link Context#arguments()}. */
  default boolean takesArguments() {
    return false;
  }

  /** The exit code where the command is used wrongly or fails by itself. */
  default int failureCode() {
    return USAGE;
  }

  /**
   * Runs the command.
   *
   * @return the exit code
   * @throws CommandException for what the user can do something about
   * @throws EngineException likewise, where the engine has said it
   * @throws IOException where a file or a stream fails
   */
  int run(ParseResult parsed, Context context) throws CommandException, EngineException, IOException;
}
