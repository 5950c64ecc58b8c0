package org.chrootlite.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.manifest.Reading;
import org.chrootlite.plan.Plan;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code diff}: shows what an apply would do. */
final class DiffCommand implements Command {
  private static final int CHANGES = 1;

  @Override
  public String name() {
    return "diff";
  }

  @Override
  public Group group() {
    return Group.DAILY;
  }

  @Override
  public String summary() {
    return "Show what apply would do; exits with 1 where that is anything";
  }

  @Override
  public String examples() {
    return """
        chroot-lite diff manifests/
        chroot-lite diff -o json examples/01-hello/sandbox.yaml""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addPositional(ManifestInput.paths());
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, IOException {
    List<String> paths = ManifestInput.pathsOf(parsed, "compare");
    try {
      Plan plan = show(paths, true, context);
      if (!plan.conflicts().isEmpty()) {
        return USAGE;
      }
      return plan.isEmpty() ? 0 : CHANGES;
    } catch (EngineException e) {
      throw CommandException.failure(String.valueOf(e.getMessage()));
    }
  }

  /** Prints what an apply would do; nothing is changed, not even a state directory made. */
  static Plan show(List<String> paths, boolean prune, Context context)
      throws CommandException, IOException, EngineException {
    Path home = context.options().home();
    Reading reading = ManifestInput.accept(Engine.check(paths), context);
    Plan plan = Engine.preview(home, reading, Engine.scope(paths, prune));
    new PlanPrinter(context).print(plan, Engine.layers(home, plan));
    return plan;
  }
}
