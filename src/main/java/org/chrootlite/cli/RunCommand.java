package org.chrootlite.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.Job;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code run}: runs scripts of applied sandboxes. */
final class RunCommand implements Command {
  private static final String ALL = "--all";
  private static final String PARALLEL = "--parallel";
  private static final String REPEAT = "--repeat";
  private static final int MOST = 1_000_000;

  @Override
  public String name() {
    return "run";
  }

  @Override
  public Group group() {
    return Group.DAILY;
  }

  @Override
  public String summary() {
    return "Run scripts in their sandboxes";
  }

  @Override
  public String examples() {
    return """
        chroot-lite run hello
        chroot-lite run -f examples/01-hello/sandbox.yaml hello
        echo 5 | chroot-lite run -f examples/02-python/sandbox.yaml square
        chroot-lite run -f examples/02-python/sandbox.yaml primes -- 50
        chroot-lite run -f examples/03-limits/sandbox.yaml -o json 'limits/*'
        chroot-lite run -f examples/01-hello/sandbox.yaml hello --repeat 100 --parallel 2 -o json""";
  }

  @Override
  public void declare(CommandSpec spec) {
    RunOptions.declare(spec);
    spec.addOption(Options.flag(ALL, "Run all scripts: of PATH, or else of all that is applied"));
    spec.addOption(Options.value(int.class, "N", "How many runs may go on at a time (default: 1)", PARALLEL));
    spec.addOption(Options.value(int.class, "N", "How often to run each job (default: 1)", REPEAT));
    spec.addPositional(
        Options.words(
            "0..*", "JOB", "A script, sandbox/script or sandbox/*; what follows -- are arguments for the script"));
  }

  @Override
  public boolean takesArguments() {
    return true;
  }

  @Override
  public int failureCode() {
    return OWN_FAILURE;
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, EngineException, IOException {
    List<String> names = Options.wordsOf(parsed);
    boolean all = parsed.hasMatchedOption(ALL);
    if (all != names.isEmpty()) {
      throw CommandException.usage("say which jobs to run, or --all");
    }
    RunOptions.checkFormat(context);
    int parallel = atLeastOne(parsed, PARALLEL);
    int repeat = atLeastOne(parsed, REPEAT);
    try (ProgressLine progress = new ProgressLine(context);
        Engine engine = Engine.open(context.options().home(), progress)) {
      Instant began = Instant.now();
      List<Job> jobs =
          AppliedJobs.find(
              engine,
              RunOptions.paths(parsed),
              names,
              context,
              (refused, cause) -> print(refused, cause, began, context));
      List<Job> runs = new ArrayList<>();
      for (int i = 0; i < repeat; i++) {
        runs.addAll(jobs);
      }
      List<String> arguments = context.arguments().orElse(List.of());
      return new Runner(
              engine, context, arguments, RunOptions.degraded(parsed), RunOptions.passesInput(parsed))
          .run(runs, parallel);
    }
  }

  /** A program that reads results finds a line for each job that was asked for. */
  private static void print(List<Job> refused, Exception cause, Instant began, Context context) {
    if (context.options().format() == GlobalOptions.Format.JSON) {
      for (Job job : refused) {
        context.println(ResultJson.ofFailure(job, cause, began, new Capture(), new Capture()));
      }
    }
  }

  private static int atLeastOne(ParseResult parsed, String option) throws CommandException {
    int value = parsed.matchedOptionValue(option, 1);
    if (value < 1 || value > MOST) {
      throw CommandException.usage(option + ": " + value + " is not a number from 1 to " + MOST);
    }
    return value;
  }
}
