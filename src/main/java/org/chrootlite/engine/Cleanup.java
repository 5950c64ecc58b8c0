package org.chrootlite.engine;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Plan;
import org.chrootlite.plan.Planner;
import org.chrootlite.store.LockFile;
import org.chrootlite.store.Removal;
import org.chrootlite.store.StateDirectory;

/** Removes all but the history. */
final class Cleanup {
  private final Workshop workshop;
  private final StateDirectory state;
  private final Reconciler reconciler;

  Cleanup(Workshop workshop, Reconciler reconciler) {
    this.workshop = workshop;
    this.state = workshop.state();
    this.reconciler = reconciler;
  }

  Outcome run(Approval approval) throws IOException, EngineException {
    Operation operation = Operation.now(Operation.Type.CLEANUP, List.of());
    LockFile.Held lock = state.lock("apply").exclusive(operation.describe());
    try (lock) {
      reconciler.recover();
      List<Applied> before = state.sandboxes().all();
      Plan plan = Planner.deleteAll(Observer.asRecorded(before, List.of()));
      Map<String, LayerSize> losses = losses(plan);
      if (!approval.approves(plan, losses)) {
        new Journal(workshop).recordRefusal(operation, plan, List.of(), losses, "what was kept may not be deleted");
        return new Outcome(plan, losses, false);
      }
      makeRoom(operation.describe());
      new Journal(workshop)
          .record(
              operation,
              plan,
              List.of(),
              losses,
              () -> {
                new Executor(workshop, before).execute(plan, operation.id());
                removeAll(operation);
              });
      return new Outcome(plan, losses, true);
    }
  }

  /** What was kept: layers, those that no sandbox has any more included. */
  private Map<String, LayerSize> losses(Plan plan) throws IOException {
    Map<String, LayerSize> losses = new LinkedHashMap<>(reconciler.sizes(plan));
    for (String layer : state.layers().names()) {
      if (!losses.containsKey(layer)) {
        losses.put("layer " + layer, LayerSize.of(state.layers().usage(layer)));
      }
    }
    return losses;
  }

  /**
   * A full disk has no room for a record of what is to be done either. So what can be made again goes first, unless a
   * run could be using it.
   */
  private void makeRoom(String holder) throws IOException {
    Optional<LockFile.Held> alone = state.lock("in-use").tryExclusive(holder);
    if (alone.isPresent()) {
      LockFile.Held use = alone.get();
      try (use) {
        removePrepared();
      }
    }
  }

  private void removePrepared() throws IOException {
    state.launchers().retain(Set.of());
    workshop.rootfs().removeUnused(Set.of());
    state.passedTexts().clear();
    Removal.empty(state.trash());
  }

  /** When the last run is over: no new one can begin, as there is no sandbox any more. */
  private void removeAll(Operation operation) throws IOException {
    LockFile.Held use = state.lock("in-use").exclusive(operation.describe());
    try (use) {
      state.runs().sweep(new RunRecords(workshop));
      state.runs().clear();
      SortedSet<String> layers = state.layers().names();
      for (String layer : layers) {
        state.layers().remove(layer);
      }
      state.files().retain(Set.of());
      removePrepared();
    }
  }
}
