package org.chrootlite.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.Job;
import org.chrootlite.model.Action;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code exec}: runs a file of the host, or a command, in a sandbox. */
final class ExecCommand implements Command {
  @Override
  public String name() {
    return "exec";
  }

  @Override
  public Group group() {
    return Group.DAILY;
  }

  @Override
  public String summary() {
    return "Run a file or a command in a sandbox";
  }

  @Override
  public String examples() {
    return """
        chroot-lite exec -f examples/01-hello/sandbox.yaml hello -- ls -l /
        chroot-lite exec -f examples/02-python/sandbox.yaml python ./solution.py
        chroot-lite exec -f examples/02-python/sandbox.yaml python ./solution.py -- an-argument""";
  }

  @Override
  public void declare(CommandSpec spec) {
    RunOptions.declare(spec);
    spec.addPositional(Options.wordAt(0, "1", "SANDBOX", "The sandbox, by its name"));
    spec.addPositional(
        Options.wordAt(
            1, "0..1", "FILE", "A file to copy in and run; else what follows -- is a command of the sandbox"));
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
    String name = parsed.matchedPositionalValue(0, "");
    String file = parsed.matchedPositionalValue(1, "");
    List<String> rest = context.arguments().orElse(List.of());
    if (name.isEmpty()) {
      throw CommandException.usage("say in which sandbox, and which file to run, or -- and a command");
    }
    if (file.isEmpty() && rest.isEmpty()) {
      throw CommandException.usage("say which file to run, or -- and a command");
    }
    RunOptions.checkFormat(context);
    Action action = file.isEmpty() ? new Action.Command(rest) : new Action.File(existing(file), List.of());
    List<String> arguments = file.isEmpty() ? List.of() : rest;
    try (ProgressLine progress = new ProgressLine(context);
        Engine engine = Engine.open(context.options().home(), progress)) {
      AppliedJobs.applyFirst(engine, RunOptions.paths(parsed), context);
      Job job = engine.job(name, action);
      return new Runner(
              engine, context, arguments, RunOptions.degraded(parsed), RunOptions.passesInput(parsed))
          .run(List.of(job), 1);
    }
  }

  private static Path existing(String file) throws CommandException {
    Path path = Path.of(file).toAbsolutePath().normalize();
    if (!Files.isRegularFile(path)) {
      throw CommandException.failure(file + (Files.exists(path) ? " is not a file" : ": no such file"));
    }
    return path;
  }
}
