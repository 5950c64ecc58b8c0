package org.chrootlite.engine;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.probe.Finding;
import org.chrootlite.probe.Standing;

/**
 * What trying a sandbox has shown.
 *
 * @param id as the history has it, such as {@code 20261122T081500Z-4f7c1e}
 * @param promises in the order of {@link org.chrootlite.probe.Promise}
 * @param limits in the order of {@link org.chrootlite.model.LimitKind}
 */
public record Verification(String id, String sandbox, List<Finding> promises, List<Finding> limits) {
  /** Copies the lists. */
  public Verification {
    promises = List.copyOf(promises);
    limits = List.copyOf(limits);
  }

  /** Those that stand so. */
  public List<Finding> all(Standing standing) {
    List<Finding> all = new ArrayList<>(promises);
    all.addAll(limits);
    return all.stream().filter(finding -> finding.standing() == standing).toList();
  }

  /** Whether all that is promised and limited holds. */
  public boolean holds() {
    return all(Standing.BROKEN).isEmpty();
  }

  /** Is told of each finding when it is there. */
  public interface Listener {
    void promise(Finding finding);

    void limit(Finding finding);
  }
}
