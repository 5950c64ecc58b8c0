package org.chrootlite.compile.step;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps of the three processes of a run.
 *
 * @param outer unshares, starts init, and waits for it
 * @param init builds the sandbox, starts the script, and waits for it
 * @param script drops what is left, and executes
 */
public record JailPlan(List<Step> outer, List<Step> init, List<Step> script) {
  /** Copies the lists. */
  public JailPlan {
    outer = List.copyOf(outer);
    init = List.copyOf(init);
    script = List.copyOf(script);
  }

  /** All steps: outer's, then init's, then the script's. A step's number is its index here, plus 1. */
  public List<Step> steps() {
    List<Step> all = new ArrayList<>(outer);
    all.addAll(init);
    all.addAll(script);
    return List.copyOf(all);
  }

  /** Which process takes the step of this index of {@link #steps}. */
  public Actor actorOf(int index) {
    if (index < outer.size()) {
      return Actor.OUTER;
    }
    return index < outer.size() + init.size() ? Actor.INIT : Actor.SCRIPT;
  }

  /** The processes of a run. */
  public enum Actor {
    OUTER,
    INIT,
    SCRIPT
  }
}
