package org.chrootlite.hostile;

import java.util.List;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.linux.Resource;
import org.chrootlite.model.Origin;

/** What a plan is put through. The first is the most telling; the others are for what shows in special events only. */
enum Scenario {
  /** The script makes all its attacks, leaves daemons and results, and ends. */
  ATTACK("end"),
  /** The results are links out, and the script ends as a launcher does that has failed. */
  LINKS("end"),
  /** The caller is stopped with its process group while the script runs, and goes on. */
  CALLER_STOPPED("stopped-caller"),
  /** The caller is killed while the script runs. */
  CALLER_KILLED("killed-caller"),
  /** The launcher is killed while the script runs. */
  LAUNCHER_KILLED("killed-launcher"),
  /** The script does not end in time. */
  TIMEOUT("timeout"),
  /** There is no program, and not a byte may be written to a file. */
  MISSING("report"),
  /** The sandbox's user may not execute the program, although it is his. */
  UNPERMITTED("report"),
  /** A kernel that has all of /proc which is covered or read-only. */
  ALL_OF_PROC("end");

  private static final long SHORT = 150_000_000L;

  private final String mode;

  Scenario(String mode) {
    this.mode = mode;
  }

  /** How the host program is told of it. */
  String option() {
    return "mode=" + mode;
  }

  /** What the script is told of it. */
  String facts(Ground ground) {
    return switch (this) {
      case ATTACK -> "";
      case LINKS -> "only=none\nexit=125\ntarget=" + ground.path("secret") + "\n";
      case ALL_OF_PROC -> "only=proc-hidden,proc-read-only\n";
      case CALLER_STOPPED, CALLER_KILLED, LAUNCHER_KILLED, TIMEOUT, MISSING, UNPERMITTED -> "only=none\n";
    };
  }

  /** The plan for it. */
  JailPlan applied(JailPlan plan, Ground ground) {
    return new JailPlan(
        applied(plan.outer(), ground), applied(plan.init(), ground), applied(plan.script(), ground));
  }

  private List<Step> applied(List<Step> steps, Ground ground) {
    return steps.stream().map(step -> changed(step, ground)).toList();
  }

  private Step changed(Step step, Ground ground) {
    return switch (this) {
      case ATTACK, LINKS, CALLER_STOPPED, CALLER_KILLED, LAUNCHER_KILLED -> step;
      case TIMEOUT -> shorten(step);
      case MISSING -> execute(step, "/bin/missing");
      case UNPERMITTED -> execute(step, "/bin/unpermitted");
      case ALL_OF_PROC -> standIn(step, ground);
    };
  }

  private static Step shorten(Step step) {
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
        ? new Step.TakeTree(tree, ground.path("proc"), false, false, true, Origin.ALWAYS)
        : step;
  }
}
