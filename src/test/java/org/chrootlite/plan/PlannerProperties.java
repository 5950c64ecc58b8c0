package org.chrootlite.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.chrootlite.plan.Worlds.World;

class PlannerProperties {
  @Provide
  Arbitrary<World> worlds() {
    return Worlds.worlds();
  }

  private static Plan plan(World world) {
    return Planner.plan(world.desired(), world.scope(), world.observed());
  }

  @Property(tries = 1000)
  void afterAnApplyThereIsNothingToDo(@ForAll("worlds") World any) {
    World world = Worlds.withoutConflicts(any);
    Plan plan = plan(world);
    assertEquals(List.of(), plan.conflicts());
    Observed after = Worlds.executed(plan, world.observed());
    Plan next = Planner.plan(Worlds.again(world.desired()), world.scope(), after);
    assertEquals(List.of(), next.actions());
    assertEquals(List.of(), next.refreshed());
    assertEquals(world.desired().size(), next.unchanged());
  }

  @Property(tries = 500)
  void whatIsDesiredIsThereAfterwardsAndNothingElseOfTheScope(@ForAll("worlds") World any) {
    World world = Worlds.withoutConflicts(any);
    Map<String, Observed.Found> after = Worlds.byName(Worlds.executed(plan(world), world.observed()));
    Set<String> names = new HashSet<>();
    for (Desired desired : world.desired()) {
      Observed.Found found = after.get(desired.name());
      assertEquals(Optional.of(desired.spec()), Optional.ofNullable(found).map(f -> f.applied().spec()));
      assertEquals(Optional.of(desired.source()), Optional.ofNullable(found).map(f -> f.applied().source()));
      names.add(desired.name());
    }
    after.forEach(
        (name, found) ->
            assertTrue(
                names.contains(name)
                    || !world.scope().prune()
                    || !world.scope().contains(found.applied().source().manifest())));
  }

  @Property(tries = 500)
  void whereOnlyTheLayoutOfManifestsChangedThereIsNothingToDo(@ForAll("worlds") World any) {
    World world = Worlds.withoutConflicts(any);
    Observed after = Worlds.executed(plan(world), world.observed());
    List<Desired> moved =
        Worlds.again(world.desired()).stream()
            .map(
                d -> {
                  Source s = d.source();
                  Map<String, Integer> lines = Map.of("name", 6);
                  Source other =
                      new Source(s.manifest(), s.line() + 5, "cc", Optional.empty(), new TreeMap<>(lines));
                  return new Desired(d.name(), d.spec(), other, d.contents(), d.launchers());
                })
            .toList();
    Plan plan = Planner.plan(moved, world.scope(), after);
    assertEquals(List.of(), plan.actions());
    assertEquals(moved.size(), plan.refreshed().size());
    assertEquals(moved.size(), plan.unchanged());
    assertTrue(plan.isEmpty());
  }

  @Property(tries = 500)
  void withoutPruneNothingIsDeleted(@ForAll("worlds") World world) {
    Plan plan = Planner.plan(world.desired(), new Scope(world.scope().paths(), false), world.observed());
    for (Action action : plan.actions()) {
      assertFalse(action instanceof Action.Delete, action::toString);
    }
  }

  @Property(tries = 1000)
  void whatBelongsToOtherManifestsIsLeftAlone(@ForAll("worlds") World world) {
    Map<String, Path> claimants = new HashMap<>();
    world.desired().forEach(desired -> claimants.put(desired.name(), desired.source().manifest()));
    Plan plan = plan(world);
    Map<String, Observed.Found> after = Worlds.byName(Worlds.executed(plan, world.observed()));
    Set<String> conflicts = new HashSet<>();
    plan.conflicts().forEach(conflict -> conflicts.add(conflict.name()));
    for (Observed.Found found : world.observed().sandboxes()) {
      String name = found.applied().name();
      Path owner = found.applied().source().manifest();
      boolean foreign = !world.scope().contains(owner) && !owner.equals(claimants.get(name));
      if (foreign) {
        assertEquals(found, after.get(name));
      }
      assertEquals(foreign && claimants.containsKey(name), conflicts.contains(name), name);
    }
  }

  @Property(tries = 500)
  void theOrderOfWhatIsDesiredDoesNotMatter(@ForAll("worlds") World world) {
    Plan reversed = Planner.plan(world.desired().reversed(), world.scope(), world.observed());
    assertEquals(plan(world), reversed);
  }

  @Property(tries = 1000)
  void everyActionHasACauseAndItsPlace(@ForAll("worlds") World world) {
    Plan plan = plan(world);
    int rank = 0;
    Set<String> names = new HashSet<>();
    for (Action action : plan.actions()) {
      int next =
          switch (action) {
            case Action.PrepareRootfs prepare -> {
              assertFalse(prepare.cause() == TemplateState.CURRENT);
              assertTrue(
                  world.desired().stream()
                      .anyMatch(d -> d.spec().template().equals(Optional.of(prepare.template()))));
              yield 0;
            }
            case Action.Create create -> {
              assertTrue(names.add(create.desired().name()));
              yield 1;
            }
            case Action.Update update -> {
              assertFalse(update.changes().isEmpty() && update.repairs().isEmpty());
              assertTrue(names.add(update.desired().name()));
              yield 1;
            }
            case Action.Delete delete -> {
              assertTrue(names.add(delete.applied().name()));
              yield 2;
            }
          };
      assertTrue(rank <= next, plan::toString);
      rank = next;
      Statistics.label("actions").collect(action.getClass().getSimpleName());
    }
    for (Plan.Conflict conflict : plan.conflicts()) {
      assertTrue(names.add(conflict.name()));
    }
  }

  /** A layer that somebody may miss is deleted only where the plan says so. */
  @Property(tries = 1000)
  void noLayerIsLostUnseen(@ForAll("worlds") World world) {
    Plan plan = plan(world);
    Map<String, Observed.Found> after = Worlds.byName(Worlds.executed(plan, world.observed()));
    Set<String> lost = new HashSet<>();
    plan.losesLayers().forEach(applied -> lost.add(applied.name()));
    for (Observed.Found found : world.observed().sandboxes()) {
      boolean whole = found.applied().layer().isPresent() && !found.layer().equals(Optional.of(Damage.MISSING));
      Optional<Layer> now = Optional.ofNullable(after.get(found.applied().name())).flatMap(f -> f.applied().layer());
      if (whole && !now.equals(found.applied().layer())) {
        assertTrue(lost.contains(found.applied().name()), found::toString);
      }
    }
  }

  @Property(tries = 500)
  void everyPlanIsToldOnLinesWithoutNewlines(@ForAll("worlds") World world) {
    Plan plan = plan(world);
    List<PlanText.Line> lines = PlanText.lines(plan, Path.of("/git"), Map.of("a", "12 MB"));
    assertEquals(PlanText.Kind.SUMMARY, lines.getLast().kind());
    long headings = lines.stream().filter(line -> line.kind() != PlanText.Kind.DETAIL).count();
    assertEquals(plan.actions().size() + plan.conflicts().size() + 1, headings);
    lines.forEach(line -> assertFalse(line.text().contains("\n"), line.text()));
  }
}
