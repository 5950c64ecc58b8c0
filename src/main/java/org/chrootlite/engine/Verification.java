package org.chrootlite.engine;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.probe.Guarantee;
import org.chrootlite.probe.GuaranteeStatus;

/**
 * The result of verifying a sandbox.
 *
 * @param id the id in the history, such as {@code 20261122T081500Z-4f7c1e}
 * @param promises in the order of {@link org.chrootlite.probe.Promise}
 * @param limits in the order of {@link org.chrootlite.model.LimitKind}
 */
public record Verification(String id, String sandbox, List<Guarantee> promises, List<Guarantee> limits) {
  /** Copies the lists. */
  public Verification {
    promises = List.copyOf(promises);
    limits = List.copyOf(limits);
  }

  /** The guarantees with this status. */
  public List<Guarantee> all(GuaranteeStatus status) {
    List<Guarantee> all = new ArrayList<>(promises);
    all.addAll(limits);
    return all.stream().filter(guarantee -> guarantee.status() == status).toList();
  }

  /** Whether all that is promised and limited holds. */
  public boolean holds() {
    return all(GuaranteeStatus.BROKEN).isEmpty();
  }

  /** Receives each guarantee when its trials are done. */
  public interface Listener {
    void promise(Guarantee guarantee);

    void limit(Guarantee guarantee);
  }
}
