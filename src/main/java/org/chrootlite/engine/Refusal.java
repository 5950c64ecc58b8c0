package org.chrootlite.engine;

import java.util.List;
import java.util.Map;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Origin;

/** Why a run is refused: limits of its manifest that this host cannot keep, or not as they are meant. */
final class Refusal {
  private Refusal() {}

  /**
   * Refuses a job of which not all limits hold.
   *
   * @throws EngineException with a line for each of them, and one that says how to run it all the same
   */
  static void check(Job job, Map<LimitKind, Enforcement> enforced) throws EngineException {
    List<Shortfall> shortfalls = Shortfall.of(enforced);
    if (shortfalls.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder(256);
    text.append(job.name()).append(" is refused, as this host cannot enforce all of its limits:\n");
    for (Shortfall shortfall : shortfalls) {
      text.append(shortfall.describe(place(job, shortfall.kind()))).append('\n');
      text.append("  remedy: ").append(shortfall.gap().remedy()).append('\n');
    }
    text.append("to run it without what is missing: --allow-degraded, or isolation: best-effort in the manifest");
    throw new EngineException(text.toString());
  }

  /** The line that asks for it. */
  private static String place(Job job, LimitKind kind) {
    return job.script().limits().get(kind).map(Limit::origin).orElse(Origin.ALWAYS)
            instanceof Origin.Line(String file, int line, String setting)
        ? file + ":" + line
        : "";
  }
}
