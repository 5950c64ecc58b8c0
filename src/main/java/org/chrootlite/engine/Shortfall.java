package org.chrootlite.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.model.Gap;
import org.chrootlite.model.LimitKind;

/**
 * A limit that does not hold as it is meant.
 *
 * @param isPartial whether it holds at all
 */
public record Shortfall(LimitKind kind, boolean isPartial, Gap gap) {
  /** All of them. */
  public static List<Shortfall> of(Map<LimitKind, Enforcement> enforced) {
    List<Shortfall> all = new ArrayList<>();
    enforced.forEach(
        (kind, how) -> {
          switch (how) {
            case Enforcement.Enforced held -> {}
            case Enforcement.Degraded degraded -> all.add(new Shortfall(kind, true, degraded.gap()));
            case Enforcement.Unsupported unsupported -> all.add(new Shortfall(kind, false, unsupported.gap()));
          }
        });
    return all;
  }

  /** Such as {@code limits.cpus does not hold here: there is no control group}. */
  public String describe() {
    return describe("");
  }

  /**
   * The same, with where it comes from.
   *
   * @param place such as {@code sandbox.yaml:5}; empty where there is none
   */
  String describe(String place) {
    return "limits."
        + kind.key()
        + (place.isEmpty() ? "" : " (" + place + ")")
        + (isPartial ? " holds only in part here: " : " does not hold here: ")
        + gap.why();
  }
}
