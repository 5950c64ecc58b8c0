package org.chrootlite.engine;

import java.util.Map;
import org.chrootlite.plan.Plan;

/** Who decides whether a plan is carried out. */
@FunctionalInterface
public interface Approval {
  /** Approves of all that loses nothing. */
  Approval UNLESS_LOSS = (plan, layers) -> layers.isEmpty();

  /**
   * Shown a plan that may be carried out, before anything is done.
   *
   * @param layers what the plan deletes that was kept: the size of each layer, by the sandbox's name
   * @return whether to go on; where not, nothing is done at all
   */
  boolean approves(Plan plan, Map<String, LayerSize> layers);
}
