package org.chrootlite.cli;

import java.io.IOException;
import java.util.List;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.machine.OperationText;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.Job;
import org.chrootlite.model.Amount;
import org.chrootlite.model.Sha256;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code explain}: prints what a job's launcher does. */
final class ExplainCommand implements Command {
  private static final String OPERATIONS = "--operations";

  @Override
  public String name() {
    return "explain";
  }

  @Override
  public Group group() {
    return Group.LOOKING;
  }

  @Override
  public String summary() {
    return "Print the steps of a job's launcher, each with the manifest line that asks for it";
  }

  @Override
  public String examples() {
    return """
        chroot-lite explain -f examples/01-hello/sandbox.yaml hello
        chroot-lite explain -f examples/01-hello/sandbox.yaml hello --operations""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(RunOptions.file("A manifest, or directory of manifests, that lists the job; it is not applied"));
    spec.addOption(Options.flag(OPERATIONS, "Print the system calls that the steps become, too"));
    spec.addPositional(Options.word("1", "JOB", "A script, or sandbox/script"));
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, EngineException, IOException {
    String name = Options.wordOf(parsed, "say which job to explain");
    List<String> paths = RunOptions.paths(parsed);
    try (ProgressLine progress = new ProgressLine(context);
        Engine engine = Engine.open(context.options().home(), progress)) {
      List<Job> jobs =
          paths.isEmpty()
              ? AppliedJobs.find(engine, paths, List.of(name), context, (refused, cause) -> {})
              : Job.named(name, Job.all(ManifestInput.use(engine, paths, context).sandboxes()));
      for (Job job : jobs) {
        Launcher launcher = engine.explain(job);
        print(StepText.of(launcher.plan()), context);
        if (parsed.hasMatchedOption(OPERATIONS)) {
          print("\n" + OperationText.of(launcher.program()) + "\n", context);
        }
        context.println(summary(launcher));
      }
      return 0;
    }
  }

  /** Paths and arguments of a manifest may hold what steers a terminal. */
  private static void print(String text, Context context) {
    text.lines().forEach(line -> context.println(Printable.escape(line)));
  }

  private static String summary(Launcher launcher) {
    return "%d steps, %d operations, launcher %s, sha256 %s"
        .formatted(
            launcher.plan().steps().size(),
            launcher.program().operations().size(),
            Amount.bytes(launcher.size()),
            Sha256.of(launcher.executable()));
  }
}
