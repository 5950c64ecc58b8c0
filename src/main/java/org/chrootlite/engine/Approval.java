package org.chrootlite.engine;

import java.io.IOException;
import java.util.Map;
import org.chrootlite.plan.Plan;

/** Who decides whether a plan is carried out. */
@FunctionalInterface
public interface Approval {
  /**
   * Shown a plan that may be carried out, before anything is done.
   *
   * @param layers what the plan deletes that was kept: the size of each layer, by the sandbox's name
   * @return whether to go on; where not, nothing is done at all
   * @throws IOException when nobody can be asked; nothing is done then, either
   */
  boolean approves(Plan plan, Map<String, LayerSize> layers) throws IOException;
}
