package org.chrootlite.hostile;

import java.util.List;
import java.util.function.BiFunction;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.linux.Resource;
import org.chrootlite.model.Origin;

/** What a plan is put through. The first is the most telling; the others are for what shows in special events only. */
enum Scenario {
  /** The script makes all its attacks, leaves daemons and results, and ends. */
  ATTACK("end", null, (step, ground) -> step),
  /** The results are links out. */
  LINKS("end", "none", (step, ground) -> step),
  /** The caller is killed while the script runs. */
  CALLER_KILLED("killed-caller", "none", (step, ground) -> step),
  /** The launcher is killed while the script runs. */
  LAUNCHER_KILLED("killed-launcher", "none", (step, ground) -> step),
  /** The script does not end in time. */
  TIMEOUT("timeout", "none", Scenario::shorten),
  /** There is no program, and not a byte may be written to a file. */
  MISSING("report", "none", (step, ground) -> execute(step, "/bin/missing")),
  /** The sandbox's user may not execute the program, although it is his. */
  UNPERMITTED("report", "none", (step, ground) -> execute(step, "/bin/unpermitted")),
  /** A kernel that has all of /proc which is covered or read-only. */
  ALL_OF_PROC("end", "proc-hidden,proc-read-only", Scenario::standIn);

  private static final long SHORT = 150_000_000L;

  private final String mode;
  private final String only;
  private final BiFunction<Step, Ground, Step> change;

  Scenario(String mode, String only, BiFunction<Step, Ground, Step> change) {
    this.mode = mode;
    this.only = only;
    this.change = change;
  }

  /** How the host program is told of it. */
  String option() {
    return "mode=" + mode;
  }

  /** What the script is told of it. */
  String facts(Ground ground) {
    String target = this == LINKS ? "target=" + ground.path("secret") + "\n" : "";
    return target + (only == null ? "" : "only=" + only + "\n");
  }

  /** The plan for it. */
  JailPlan applied(JailPlan plan, Ground ground) {
    return new JailPlan(
        applied(plan.outer(), ground), applied(plan.init(), ground), applied(plan.script(), ground));
  }

  private List<Step> applied(List<Step> steps, Ground ground) {
    return steps.stream().map(step -> change.apply(step, ground)).toList();
  }

  private static Step shorten(Step step, Ground ground) {
    return step instanceof Step.LimitWallTime limit ? new Step.LimitWallTime(SHORT, limit.origin()) : step;
  }

  private static Step execute(Step step, String program) {
    return switch (step) {
      case Step.Execute all -> new Step.Execute(List.of(program), all.arguments(), all.environment(), all.origin());
      case Step.SetLimit(Resource resource, long value, Origin origin) when resource == Resource.FSIZE ->
          new Step.SetLimit(resource, 0, origin);
      default -> step;
    };
  }

  private static Step standIn(Step step, Ground ground) {
    return step instanceof Step.MountProc(Tree tree)
        ? new Step.TakeTree(tree, ground.path("proc"), false, false, Origin.ALWAYS)
        : step;
  }
}
