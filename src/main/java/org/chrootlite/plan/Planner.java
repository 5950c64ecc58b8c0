package org.chrootlite.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is to be done. Rootfs templates come first, then sandboxes by name, deletions last; the order of what is
 * passed in does not matter.
 *
 * <p>A sandbox belongs to the manifest that it was applied from. An apply may change it when that manifest is in its
 * {@link Scope}, or is the very one that asks for it now, or is not there any more; else the two are in conflict. A
 * plan with conflicts is never executed, not even in part: its other actions only say what would be done without them.
 *
 * <p>What is neither asked for nor within the scope is left alone, however damaged it may be.
 */
public final class Planner {
  private final SortedMap<String, Observed.Found> found = new TreeMap<>();
  private final Observed observed;

  private Planner(Observed observed) {
    this.observed = observed;
    observed.sandboxes().forEach(sandbox -> found.put(sandbox.applied().name(), sandbox));
  }

  /**
   * What an apply does.
   *
   * @param desired all that the manifests of the scope list
   * @throws IllegalArgumentException where two of them have one name
   */
  public static Plan plan(List<Desired> desired, Scope scope, Observed observed) {
    return new Planner(observed).plan(byName(desired), scope);
  }

  /**
   * What it takes to delete these sandboxes because somebody asked for it.
   *
   * @throws IllegalArgumentException where there is no sandbox of a name
   */
  public static Plan delete(Collection<String> names, Observed observed) {
    Planner planner = new Planner(observed);
    List<Action> actions = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      Observed.@Nullable Found sandbox = planner.found.get(name);
      if (sandbox == null) {
        throw new IllegalArgumentException("there is no sandbox " + name);
      }
      actions.add(new Action.Delete(sandbox.applied(), Action.DeleteCause.ASKED_FOR));
    }
    return new Plan(actions, List.of(), 0, List.of());
  }

  /** What it takes to delete all sandboxes. */
  public static Plan deleteAll(Observed observed) {
    return delete(observed.sandboxes().stream().map(sandbox -> sandbox.applied().name()).toList(), observed);
  }

  private static SortedMap<String, Desired> byName(List<Desired> desired) {
    SortedMap<String, Desired> byName = new TreeMap<>();
    for (Desired sandbox : desired) {
      if (byName.put(sandbox.name(), sandbox) != null) {
        throw new IllegalArgumentException("two sandboxes are called " + sandbox.name());
      }
    }
    return byName;
  }

  private Plan plan(SortedMap<String, Desired> desired, Scope scope) {
    List<Action> changes = new ArrayList<>();
    List<Plan.Refresh> refreshed = new ArrayList<>();
    List<Plan.Conflict> conflicts = new ArrayList<>();
    Set<String> templates = new HashSet<>();
    int unchanged = 0;
    for (Desired wanted : desired.values()) {
      Observed.@Nullable Found sandbox = found.get(wanted.name());
      if (sandbox != null && !mayChange(sandbox.applied().source(), wanted.source(), scope)
          && !isVanished(sandbox)) {
        conflicts.add(conflict(sandbox.applied(), wanted));
        continue;
      }
      Optional<String> template = wanted.spec().template();
      template.ifPresent(templates::add);
      if (sandbox == null) {
        changes.add(new Action.Create(wanted));
        continue;
      }
      TemplateState state = template.map(this::state).orElse(TemplateState.CURRENT);
      boolean isAdopted = !mayChange(sandbox.applied().source(), wanted.source(), scope);
      Optional<Action.Update> update = new Comparison(sandbox, wanted, state, isAdopted).update();
      if (update.isPresent()) {
        changes.add(update.get());
      } else {
        unchanged++;
        if (!sandbox.applied().source().equals(wanted.source())) {
          refreshed.add(new Plan.Refresh(sandbox.applied(), wanted.source()));
        }
      }
    }
    List<Action> actions = new ArrayList<>(preparations(templates));
    actions.addAll(changes);
    if (scope.prune()) {
      actions.addAll(deletions(desired.keySet(), scope));
    }
    return new Plan(actions, refreshed, unchanged, conflicts);
  }

  /** The same manifest may lie outside of the scope, where a link in the scope leads to it. */
  private static boolean mayChange(Source owner, Source claimant, Scope scope) {
    return scope.contains(owner.manifest()) || owner.manifest().equals(claimant.manifest());
  }

  /** A manifest that is gone can neither claim a sandbox nor let go of it. */
  private boolean isVanished(Observed.Found sandbox) {
    return observed.vanished().contains(sandbox.applied().source().manifest());
  }

  private static Plan.Conflict conflict(Applied owner, Desired claimant) {
    Source first = owner.source();
    Source second = claimant.source();
    return new Plan.Conflict(owner.name(), first.manifest(), first.line(), second.manifest(), second.line());
  }

  private TemplateState state(String template) {
    return observed.templates().getOrDefault(template, TemplateState.ABSENT);
  }

  private List<Action> preparations(Set<String> templates) {
    List<Action> preparations = new ArrayList<>();
    for (String template : new TreeSet<>(templates)) {
      TemplateState state = state(template);
      if (state != TemplateState.CURRENT) {
        preparations.add(new Action.PrepareRootfs(template, state));
      }
    }
    return preparations;
  }

  private List<Action> deletions(Set<String> desired, Scope scope) {
    List<Action> deletions = new ArrayList<>();
    for (Observed.Found sandbox : found.values()) {
      Applied applied = sandbox.applied();
      if (!desired.contains(applied.name()) && scope.contains(applied.source().manifest())) {
        deletions.add(new Action.Delete(applied, Action.DeleteCause.NO_LONGER_LISTED));
      }
    }
    return deletions;
  }
}
