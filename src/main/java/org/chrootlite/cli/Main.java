package org.chrootlite.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.diagnostic.Suggestion;
import org.chrootlite.engine.EngineException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry: from arguments to an exit code. */
public final class Main {
  private final Streams streams;
  private final Map<String, String> environment;
  private final List<Command> commands;

  private Main(List<Command> commands, Streams streams, Map<String, String> environment) {
    this.commands = commands;
    this.streams = streams;
    this.environment = environment;
  }

  /** Runs the command that the arguments name, and ends the JVM with its exit code. */
  public static void main(String[] args) {
    Streams streams = Streams.ofProcess();
    Optional<String> problem = Arguments.problem(List.of(args));
    if (problem.isPresent()) {
      streams.complain(problem.get());
      System.exit(Command.OWN_FAILURE);
    }
    System.exit(run(List.of(args), Commands.all(), streams, System.getenv()));
  }

  /**
   * Runs the command that the arguments name.
   *
   * @param commands those that there are
   * @param environment the caller's variables
   * @return the exit code
   */
  static int run(List<String> args, List<Command> commands, Streams streams, Map<String, String> environment) {
    return new Main(commands, streams, environment).run(args);
  }

  private int run(List<String> args) {
    Optional<Invocation.Question> question;
    Invocation invocation;
    try {
      question = Invocation.question(args);
      if (question.isPresent()) {
        streams.out().println(answer(question.get()));
        streams.flush();
        return 0;
      }
      invocation = Invocation.of(args, commands);
    } catch (CommandException e) {
      complain(e.getMessage());
      streams.err().println("See chroot-lite --help");
      return Command.USAGE;
    } catch (IOException e) {
      complain(e.getMessage());
      return Command.USAGE;
    }
    return run(invocation);
  }

  private String answer(Invocation.Question question) {
    return switch (question) {
      case HELP -> Help.overview(commands).stripTrailing();
      case VERSION -> Help.version();
    };
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // with -v, on purpose
  private int run(Invocation invocation) {
    Command command = invocation.command();
    try {
      int code = execute(invocation);
      streams.flush();
      return code;
    } catch (CommandException e) {
      complain(e.getMessage());
      if (e.isUsage()) {
        streams.err().println("See chroot-lite " + command.name() + " --help");
      }
    } catch (EngineException e) {
      complain(e.getMessage());
    } catch (IOException e) {
      complain(describe(e));
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      boolean verbose = invocation.words().contains("-v") || invocation.words().contains("--verbose");
      complain("internal error: " + e + (verbose ? "" : " (-v shows where)"));
      if (verbose) {
        e.printStackTrace(streams.err());
      }
    }
    return command.failureCode();
  }

  private int execute(Invocation invocation) throws CommandException, EngineException, IOException {
    Command command = invocation.command();
    CommandSpec spec = CommandSpec.create().name("chroot-lite " + command.name()).interpolateVariables(false);
    // An argument that begins with @ is an argument. Of an option that is given twice the last one counts.
    spec.parser().expandAtFiles(false).overwrittenOptionsAllowed(true);
    spec.usageMessage().abbreviateSynopsis(true);
    command.declare(spec);
    GlobalOptions.declare(spec);
    ParseResult parsed;
    try {
      parsed = new CommandLine(spec).parseArgs(invocation.words().toArray(String[]::new));
    } catch (ParameterException e) {
      throw CommandException.usage(describe(e, spec));
    }
    if (parsed.isUsageHelpRequested()) {
      streams.out().print(Help.of(command, spec));
      return 0;
    }
    GlobalOptions options = GlobalOptions.of(parsed, environment);
    Log.choose(options.verbose());
    return command.run(parsed, new Context(options, invocation.rest(), streams, environment));
  }

  private static String describe(ParameterException e, CommandSpec spec) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().getFirst();
      if (!argument.startsWith("-")) {
        return "there is no use for \"" + argument + "\"";
      }
      int value = argument.indexOf('=');
      argument = value < 0 ? argument : argument.substring(0, value);
      return "there is no option \""
          + argument
          + "\""
          + Suggestion.closest(argument, spec.optionsMap().keySet())
              .map(meant -> "; did you mean \"" + meant + "\"?")
              .orElse("");
    }
    String message = String.valueOf(e.getMessage());
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  private static String describe(IOException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e) {
      case NoSuchFileException missing -> message + ": no such file or directory";
      case AccessDeniedException denied -> message + ": permission denied";
      default -> message;
    };
  }

  private void complain(@Nullable String message) {
    streams.complain(String.valueOf(message));
  }
}
