package org.chrootlite.plan;

import static org.chrootlite.plan.Boxes.CURRENT;
import static org.chrootlite.plan.Boxes.GIT;
import static org.chrootlite.plan.Boxes.applied;
import static org.chrootlite.plan.Boxes.damaged;
import static org.chrootlite.plan.Boxes.desired;
import static org.chrootlite.plan.Boxes.observed;
import static org.chrootlite.plan.Boxes.source;
import static org.chrootlite.plan.Boxes.told;
import static org.chrootlite.plan.Boxes.tree;
import static org.chrootlite.plan.Boxes.withContents;
import static org.chrootlite.plan.Boxes.withLaunchers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final Map<String, ?> HELLO = Map.of("hello", Map.of("run", "echo hello\n"));
  private static final Map<String, ?> FILE = Map.of("primes", Map.of("file", "/git/primes.py"));
  private static final Source A = source("/git/a.yaml", 3);

  private static final Desired BOX = desired("box", tree("discard", 4096, HELLO), A);
  private static final Desired KEPT = desired("kept", tree("keep", 4096, HELLO), A);

  private static void assertTold(String expected, Plan plan) {
    assertEquals(expected.stripTrailing(), told(plan));
  }

  private static Plan update(Desired desired, Observed.Found found) {
    return Planner.plan(List.of(desired), GIT, observed(CURRENT, found));
  }

  private static Action.LayerFate layer(Plan plan) {
    return ((Action.Update) plan.actions().getLast()).layer();
  }

  @Test
  void aNewSandboxIsMadeAndItsRootfsFirst() {
    assertTold(
        """
        + prepare rootfs template base: there is none yet
        + create box (a.yaml:3): rootfs template base; script hello
        1 rootfs to prepare, 1 to create
        """,
        Planner.plan(List.of(BOX), GIT, observed(Map.of())));
  }

  @Test
  void whatIsAsItShouldBeIsLeftAlone() {
    Plan plan = update(BOX, applied(BOX));
    assertTold("nothing to do: 1 unchanged", plan);
    assertEquals(List.of(), plan.refreshed());
  }

  @Test
  void aManifestThatMovedWithinTheScopeIsNotedOnly() {
    Desired moved = desired("box", BOX.spec().tree(), source("/git/sub/b.yaml", 9));
    Plan plan = update(moved, applied(BOX));
    assertTold("nothing to do: 1 unchanged", plan);
    assertEquals(List.of(new Plan.Refresh(applied(BOX).applied(), moved.source())), plan.refreshed());
  }

  @Test
  void aNameThatAnotherManifestOwnsIsAConflictAndNoTakeover() {
    Desired claim = desired("box", tree("discard", 8192, HELLO), source("/git/sub/b.yaml", 9));
    Desired other = desired("other", BOX.spec().tree(), source("/git/sub/b.yaml", 20));
    Scope sub = new Scope(List.of(Path.of("/git/sub")), true);
    Plan plan = Planner.plan(List.of(claim, other), sub, observed(CURRENT, applied(BOX)));
    assertTold(
        """
        + create other (sub/b.yaml:20): rootfs template base; script hello
        ! conflict on box: it was applied from a.yaml:3, and sub/b.yaml:9 has that name too
            rename one of them; or, where it has moved, apply a directory that both files are in
        1 conflict, so nothing is done (1 to create)
        """,
        plan);
  }

  /** A link within the scope leads to it: its path without links is not within. */
  @Test
  void aManifestOutsideOfTheScopeStillOwnsWhatItMade() {
    Desired linked = desired("box", tree("discard", 8192, HELLO), source("/elsewhere/l.yaml", 1));
    Observed.Found before = applied(desired("box", BOX.spec().tree(), source("/elsewhere/l.yaml", 1)));
    assertTold(
        """
        ~ update box (/elsewhere/l.yaml:1)
            limits.memory: 4 KiB -> 8 KiB
        1 to update
        """,
        update(linked, before));
    assertTold("nothing to do", Planner.plan(List.of(), GIT, observed(CURRENT, before)));
  }

  @Test
  void whatIsNoLongerListedIsDeletedUnlessPruningIsOff() {
    Observed.Found other = applied(desired("other", BOX.spec().tree(), source("/etc/x.yaml", 1)));
    Observed.Found old = applied(desired("old", tree("keep", 4096, HELLO), A));
    Observed all = observed(CURRENT, applied(BOX), other, old);
    Plan plan = Planner.plan(List.of(BOX), GIT, all);
    assertTold(
        """
        - delete old: no longer listed in a.yaml; its layer is deleted with it (12 MB)
        1 to delete, 1 unchanged
        """,
        plan);
    assertEquals(List.of(old.applied()), plan.losesLayers());
    assertTold("nothing to do: 1 unchanged", Planner.plan(List.of(BOX), new Scope(GIT.paths(), false), all));
  }

  @Test
  void aFileThatIsAnotherNowIsAChange() {
    Desired box = desired("box", tree("discard", 4096, FILE), A);
    Desired before = withContents(box, Map.of("primes", new Content("ab".repeat(32), 812)));
    Desired larger = withContents(box, Map.of("primes", new Content("cd".repeat(32), 1200)));
    Desired alike = withContents(box, Map.of("primes", new Content("cd".repeat(32), 812)));
    Optional<SortedMap<String, String>> other = Optional.of(new TreeMap<>(Map.of("primes", "l2")));
    assertTold(
        """
        ~ update box (a.yaml:3)
            scripts.primes.file (content): 812 B -> 1.2 KB
        1 to update
        """,
        update(withLaunchers(larger, other), applied(before)));
    assertTold(
        """
        ~ update box (a.yaml:3)
            scripts.primes.file (content): 812 B, sha256 abababababab -> 812 B, sha256 cdcdcdcdcdcd
        1 to update
        """,
        update(alike, applied(before)));
  }

  @Test
  void launchersThatAChangeExplainsAreNotListed() {
    Desired changed = desired("box", tree("discard", 8192, HELLO), A);
    Plan plan = update(withLaunchers(changed, Optional.of(new TreeMap<>(Map.of("hello", "l2")))), applied(BOX));
    assertEquals(List.of(), ((Action.Update) plan.actions().getFirst()).repairs());
    Desired described = desired("box", with(BOX.spec().tree(), "description", "x"), A);
    assertTold(
        """
        ~ update box (a.yaml:3)
            description: not set -> x
            launcher of hello: made again, since chroot-lite or this host has changed
        1 to update
        """,
        update(withLaunchers(described, Optional.of(new TreeMap<>(Map.of("hello", "l2")))), applied(BOX)));
  }

  private static Map<String, Object> with(Map<String, Object> tree, String key, Object value) {
    Map<String, Object> copy = new TreeMap<>(tree);
    copy.put(key, value);
    return copy;
  }

  @Test
  void aTemplateThatIsPreparedAnewTakesTheLaunchersWithIt() {
    Map<String, TemplateState> damaged = Map.of("base", TemplateState.DAMAGED);
    Desired other = desired("other", BOX.spec().tree(), source("/x.yaml", 1));
    Observed there = observed(damaged, applied(BOX), applied(other));
    assertTold(
        """
        ~ prepare rootfs template base: files of it were removed or altered
        ~ update box (a.yaml:3)
            launcher of hello: made again, since rootfs template base is prepared anew
        1 rootfs to prepare, 1 to update
        """,
        Planner.plan(List.of(withLaunchers(BOX, Optional.empty())), GIT, there));
    assertTold(
        """
        ~ prepare rootfs template base: files of it were removed or altered
        1 rootfs to prepare, 1 unchanged
        """,
        Planner.plan(List.of(BOX), GIT, there));
    assertTold("nothing to do", Planner.plan(List.of(), new Scope(List.of(Path.of("/y")), true), there));
  }

  @Test
  void aLayerLivesThroughUpdatesAndIsMadeAndDeletedWithItsSetting() {
    Desired more = desired("kept", tree("keep", 8192, HELLO), A);
    Desired discards = desired("kept", tree("discard", 4096, HELLO), A);
    assertEquals(Action.LayerFate.KEEP, layer(update(more, applied(KEPT))));
    assertEquals(Action.LayerFate.NONE, layer(update(desired("box", tree("deny", 1, HELLO), A), applied(BOX))));
    assertTold(
        """
        ~ update kept (a.yaml:3)
            rootfs.writes: keep -> discard
            layer: deleted, with all that was kept in it (3.4 MB)
        1 to update
        """,
        update(discards, applied(KEPT)));
    assertEquals(List.of(applied(KEPT).applied()), update(discards, applied(KEPT)).losesLayers());
    assertTold(
        """
        ~ update kept (a.yaml:3)
            rootfs.writes: discard -> keep
            layer: an empty one is made
        1 to update
        """,
        update(KEPT, applied(discards)));
  }

  @Test
  void aLayerThatIsGoneOrAlteredIsRepaired() {
    Observed.Found gone = damaged(KEPT, Map.of(), Map.of(), Optional.of(Damage.MISSING));
    assertTold(
        """
        ~ update kept (a.yaml:3)
            layer: made again, since it was removed, with all that was kept in it
        1 to update
        """,
        update(KEPT, gone));
    assertEquals(Action.LayerFate.MAKE, layer(update(KEPT, gone)));
    Observed.Found altered = damaged(KEPT, Map.of(), Map.of(), Optional.of(Damage.ALTERED));
    assertTold(
        """
        ~ update kept (a.yaml:3)
            directories of the layer: made again, since they were altered; all that is kept in it stays
        1 to update
        """,
        update(KEPT, altered));
    assertEquals(Action.LayerFate.KEEP, layer(update(KEPT, altered)));
    Desired discards = desired("kept", tree("discard", 4096, HELLO), A);
    assertEquals(Action.LayerFate.NONE, layer(update(discards, gone)));
    assertTrue(update(discards, gone).losesLayers().isEmpty());
  }

  @Test
  void aKeptLayerOnAnotherRootfsIsSaidToBeThere() {
    Map<String, ?> rootfs = Map.of("template", "python", "writes", "keep");
    Desired python = desired("kept", with(KEPT.spec().tree(), "rootfs", rootfs), A);
    Map<String, TemplateState> both = Map.of("base", TemplateState.OUTDATED, "python", TemplateState.CURRENT);
    assertTold(
        """
        ~ update kept (a.yaml:3)
            rootfs.template: base -> python
            layer: kept, now on another rootfs: what it changed or deleted hides what is there; nothing of it is lost
        1 to update
        """,
        Planner.plan(List.of(python), GIT, observed(both, applied(KEPT))));
    assertTold(
        """
        ~ prepare rootfs template base: its recipe or the host's programs have changed
        ~ update kept (a.yaml:3)
            rootfs template base: made again, since its recipe or the host's programs have changed
            layer: kept, now on another rootfs: what it changed or deleted hides what is there; nothing of it is lost
        1 rootfs to prepare, 1 to update
        """,
        Planner.plan(List.of(KEPT), GIT, observed(both, applied(KEPT))));
  }

  @Test
  void sandboxesAreDeletedByNameOrAll() {
    Observed there = observed(CURRENT, applied(BOX), applied(KEPT));
    assertTold(
        """
        - delete kept (a.yaml:3): asked for; its layer is deleted with it (3.4 MB)
        1 to delete
        """,
        Planner.delete(List.of("kept", "kept"), there));
    assertEquals(2, Planner.deleteAll(there).actions().size());
    assertTrue(Planner.deleteAll(observed(CURRENT)).isEmpty());
    assertThrows(IllegalArgumentException.class, () -> Planner.delete(List.of("kept", "none"), there));
  }

  @Test
  void twoOfOneNameAreNoInput() {
    assertThrows(
        IllegalArgumentException.class, () -> Planner.plan(List.of(BOX, BOX), GIT, observed(CURRENT)));
  }
}
