package org.chrootlite.plan;

import java.nio.file.Path;
import java.util.List;

/**
 * What an apply does.
 *
 * @param actions in the order in which they are done, which is also that in which they are printed
 * @param refreshed sandboxes that stay what they are, though their manifests are written otherwise now: only where they
 *     come from is recorded anew. That is no change, and not printed
 * @param unchanged how many of the desired sandboxes are as they should be, refreshed ones included
 * @param conflicts why nothing of this may be done; empty where it may
 */
public record Plan(List<Action> actions, List<Refresh> refreshed, int unchanged, List<Conflict> conflicts) {
  /** Copies the lists. */
  public Plan {
    actions = List.copyOf(actions);
    refreshed = List.copyOf(refreshed);
    conflicts = List.copyOf(conflicts);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return actions.isEmpty();
  }

  /** The sandboxes whose layers are deleted, with what was kept in them. */
  public List<Applied> losesLayers() {
    return actions.stream()
        .<Applied>mapMulti(
            (action, sink) -> {
              switch (action) {
                case Action.Delete(Applied applied, Action.DeleteCause cause) when applied.layer().isPresent() ->
                    sink.accept(applied);
                case Action.Update update when update.layer() == Action.LayerFate.DELETE ->
                    sink.accept(update.before());
                case Action.Delete delete -> {}
                case Action.Update update -> {}
                case Action.Create create -> {}
                case Action.PrepareRootfs prepare -> {}
              }
            })
        .toList();
  }

  /** New words for where an unchanged sandbox comes from. */
  public record Refresh(Applied before, Source source) {}

  /** A name that two manifests claim, the one that was applied first outside of what is applied now. */
  public record Conflict(String name, Path owner, int ownerLine, Path claimant, int claimantLine) {}
}
