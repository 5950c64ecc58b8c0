package org.chrootlite.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.model.LimitKind;

/** Why a run is refused: limits of its manifest that this host cannot keep, or not as they are meant. */
final class Refusal {
  private Refusal() {}

  /** Refuses a job of which not all limits hold. */
  static void check(Job job, Map<LimitKind, Enforcement> enforced) throws EngineException {
    List<String> reasons = new ArrayList<>();
    enforced.forEach(
        (kind, how) -> {
          switch (how) {
            case Enforcement.Enforced held -> {}
            case Enforcement.Degraded degraded ->
                reasons.add("limits.%s is degraded here: %s".formatted(kind.key(), degraded.gap()));
            case Enforcement.Unsupported unsupported ->
                reasons.add("limits.%s cannot be enforced here: %s".formatted(kind.key(), unsupported.gap()));
          }
        });
    if (!reasons.isEmpty()) {
      throw new EngineException(
          "%s: %s; or remove it, or run with --allow-degraded".formatted(job.name(), String.join("; ", reasons)));
    }
  }
}
