package org.chrootlite.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chrootlite.plan.Plan;

/**
 * What became of a plan.
 *
 * @param layers what it deletes that was kept: the size of each layer, by the sandbox's name
 * @param approved whether it was carried out; else nothing was
 */
public record Outcome(Plan plan, Map<String, LayerSize> layers, boolean approved) {
  /** Copies the map. */
  public Outcome {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }
}
