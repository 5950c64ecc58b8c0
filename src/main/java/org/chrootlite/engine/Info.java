package org.chrootlite.engine;

import java.util.List;
import java.util.Optional;
import org.chrootlite.audit.Entry;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Observed;
import org.chrootlite.plan.TemplateState;

/**
 * All there is to know of a sandbox.
 *
 * @param found what was applied, and how that fares
 * @param template the state of the rootfs template that it uses; empty where it uses none
 * @param stale what has changed since it was applied, a line each
 * @param layer how large its layer is; empty where it has none
 * @param launchers bytes of its launchers on the disk
 * @param running ids of its runs that go on
 * @param runs its last runs, the newest last
 */
public record Info(
    Observed.Found found,
    Optional<TemplateState> template,
    List<String> stale,
    Optional<LayerSize> layer,
    long launchers,
    List<String> running,
    List<Entry> runs) {
  /** Copies the lists. */
  public Info {
    stale = List.copyOf(stale);
    running = List.copyOf(running);
    runs = List.copyOf(runs);
  }

  /** What was applied. */
  public Applied applied() {
    return found.applied();
  }
}
