package org.chrootlite.cli;

import java.io.IOException;
import java.util.List;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.Outcome;
import org.chrootlite.manifest.Reading;
import org.chrootlite.plan.Plan;
import org.chrootlite.plan.Scope;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code apply}: makes the sandboxes match their manifests. */
final class ApplyCommand implements Command {
  private static final String DRY_RUN = "--dry-run";
  private static final String NO_PRUNE = "--no-prune";

  @Override
  public String name() {
    return "apply";
  }

  @Override
  public Group group() {
    return Group.DAILY;
  }

  @Override
  public String summary() {
    return "Create, update and delete sandboxes to match manifests";
  }

  @Override
  public String examples() {
    return """
        chroot-lite apply manifests/
        chroot-lite apply --dry-run examples/01-hello/sandbox.yaml
        chroot-lite apply --yes manifests/""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(Options.flag(DRY_RUN, "Print what would be done, and change nothing"));
    spec.addOption(Options.flag(NO_PRUNE, "Keep sandboxes that the manifests do not list any more"));
    spec.addPositional(ManifestInput.paths());
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, EngineException, IOException {
    List<String> paths = ManifestInput.pathsOf(parsed, "apply");
    boolean prune = !parsed.hasMatchedOption(NO_PRUNE);
    if (parsed.hasMatchedOption(DRY_RUN)) {
      Plan plan = DiffCommand.show(paths, prune, context);
      return plan.conflicts().isEmpty() ? 0 : USAGE;
    }
    try (ProgressLine progress = new ProgressLine(context);
        Engine engine = Engine.open(context.options().home(), progress)) {
      Reading reading = ManifestInput.use(engine, paths, context);
      Scope scope = Engine.scope(paths, prune);
      Consent consent = new Consent(context, "applied");
      Outcome outcome = engine.apply(reading, scope, consent);
      return consent.end(outcome);
    }
  }
}
