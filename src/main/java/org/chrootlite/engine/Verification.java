package org.chrootlite.engine;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.probe.Guarantee;
import org.chrootlite.probe.Standing;

/**
 * What trying a sandbox has shown.
 *
 * @param id as the history has it, such as {@code 20261122T081500Z-4f7c1e}
 * @param promises in the order of {@link org.chrootlite.probe.Promise}
 * @param limits in the order of {@link org.chrootlite.model.LimitKind}
 */
public record Verification(String id, String sandbox, List<Guarantee> promises, List<Guarantee> limits) {
  /** Copies the lists. */
  public Verification {
    promises = List.copyOf(promises);
    limits = List.copyOf(limits);
  }

  /** Those that stand so. */
  public List<Guarantee> all(Standing standing) {
    List<Guarantee> all = new ArrayList<>(promises);
    all.addAll(limits);
    return all.stream().filter(guarantee -> guarantee.standing() == standing).toList();
  }

  /** Whether all that is promised and limited holds. */
  public boolean holds() {
    return all(Standing.BROKEN).isEmpty();
  }

  /** Is told of each guarantee when it has been tried. */
  public interface Listener {
    void promise(Guarantee guarantee);

    void limit(Guarantee guarantee);
  }
}
