package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.compile.Launcher;
import org.chrootlite.manifest.Reading;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Sha256;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Desired;
import org.chrootlite.plan.Layer;
import org.chrootlite.plan.Observed;
import org.chrootlite.plan.Plan;
import org.chrootlite.plan.Planner;
import org.chrootlite.plan.Scope;
import org.chrootlite.plan.TemplateState;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.rootfs.Recipes;
import org.chrootlite.store.LockFile;

/** Makes what is there match what is asked for: observes, plans, asks, executes, and puts it on record. */
final class Reconciler {
  private final Workshop workshop;
  private final Observer observer;

  Reconciler(Workshop workshop) {
    this.workshop = workshop;
    this.observer = new Observer(workshop);
  }

  /** What a command means to change: decided when the lock is held, and nobody else changes anything. */
  @FunctionalInterface
  private interface Decision {
    Decided decide(List<Applied> before) throws IOException, EngineException;
  }

  /**
   * What was decided.
   *
   * @param revisions of the manifests that ask for it, each once
   */
  private record Decided(Plan plan, List<String> revisions) {
    static Decided of(Plan plan, List<Desired> desired) {
      List<String> revisions =
          desired.stream().flatMap(one -> one.source().revision().stream()).distinct().sorted().toList();
      return new Decided(plan, revisions);
    }
  }

  /** What the first apply to a new state directory would do. */
  static Plan firstPlan(Reading reading, Scope scope) throws IOException, EngineException {
    List<Desired> desired = DesiredState.of(reading);
    SortedMap<String, TemplateState> templates = new TreeMap<>();
    desired.forEach(one -> one.spec().template().ifPresent(name -> templates.put(name, TemplateState.ABSENT)));
    return Planner.plan(desired, scope, new Observed(List.of(), templates));
  }

  /** What an apply would do. Changes nothing, and waits for nobody. */
  Plan preview(Reading reading, Scope scope) throws IOException, EngineException {
    return thoroughly(reading, scope, workshop.state().sandboxes().all()).plan();
  }

  /** Applies manifests. */
  Outcome apply(Reading reading, Scope scope, Approval approval) throws IOException, EngineException {
    Operation operation = Operation.now(Operation.Type.APPLY, paths(scope));
    return reconcile(operation, before -> thoroughly(reading, scope, before), approval);
  }

  /** Applies manifests for a run of theirs: only what is recorded is looked at, and no news is no entry. */
  Outcome applyForRun(Reading reading, Scope scope, Approval approval) throws IOException, EngineException {
    Plan quick = asRecorded(reading, scope, workshop.state().sandboxes().all()).plan();
    if (quick.isEmpty() && quick.refreshed().isEmpty() && quick.conflicts().isEmpty()) {
      return new Outcome(quick, Map.of(), true);
    }
    Operation operation = Operation.now(Operation.Type.APPLY, paths(scope));
    return reconcile(operation, before -> asRecorded(reading, scope, before), approval);
  }

  /**
   * Deletes sandboxes.
   *
   * @throws NoSuchSandboxException when one of them is not there; nothing is deleted then
   */
  Outcome delete(List<String> names, Approval approval) throws IOException, EngineException {
    Operation operation = Operation.now(Operation.Type.DELETE, names);
    return reconcile(operation, before -> deletion(names, before), approval);
  }

  private Decided deletion(List<String> names, List<Applied> before) throws IOException, EngineException {
    Catalogue catalogue = new Catalogue(workshop.state().sandboxes());
    for (String name : names) {
      catalogue.applied(name);
    }
    return Decided.of(Planner.delete(names, Observer.asRecorded(before, List.of())), List.of());
  }

  private static List<String> paths(Scope scope) {
    return scope.paths().stream().map(Path::toString).toList();
  }

  private Outcome reconcile(Operation operation, Decision decision, Approval approval)
      throws IOException, EngineException {
    LockFile.Held lock = workshop.state().lock("apply").exclusive(operation.describe());
    try (lock) {
      recover();
      List<Applied> before = workshop.state().sandboxes().all();
      Decided decided = decision.decide(before);
      Plan plan = decided.plan();
      if (!plan.conflicts().isEmpty()) {
        new Journal(workshop)
            .recordRefusal(operation, plan, decided.revisions(), Map.of(), "names belong to other manifests");
        return new Outcome(plan, Map.of(), false);
      }
      Map<String, LayerSize> layers = sizes(plan);
      if (!approval.approves(plan, layers)) {
        new Journal(workshop)
            .recordRefusal(operation, plan, decided.revisions(), layers, "what was kept may not be deleted");
        return new Outcome(plan, layers, false);
      }
      new Journal(workshop)
          .record(operation, plan, decided.revisions(), layers, () -> execute(plan, before, operation));
      return new Outcome(plan, layers, true);
    }
  }

  private void execute(Plan plan, List<Applied> before, Operation operation) throws IOException, EngineException {
    new Executor(workshop, before).execute(plan, operation.id());
    if (!plan.isEmpty()) {
      letGo(operation.describe());
    }
  }

  /** Removes what no sandbox names any more; not while a run could be using it: then the next one does. */
  private void letGo(String holder) throws IOException {
    Optional<LockFile.Held> alone = workshop.state().lock("in-use").tryExclusive(holder);
    if (alone.isPresent()) {
      LockFile.Held use = alone.get();
      try (use) {
        Set<String> launchers = new HashSet<>();
        Set<String> files = new HashSet<>();
        Set<String> layers = new HashSet<>();
        for (Applied one : workshop.state().sandboxes().all()) {
          launchers.addAll(one.launchers().values());
          one.contents().values().forEach(content -> files.add(content.digest()));
          one.layer().ifPresent(layer -> layers.add(one.name()));
        }
        workshop.state().launchers().retain(launchers);
        workshop.state().files().retain(files);
        workshop.state().layers().retain(layers);
        workshop.rootfs().removeUnused(Set.copyOf(Recipes.names()));
      }
    }
  }

  /** Finishes what was killed, so that what is decided now stands on firm ground. The caller holds the lock. */
  void recover() throws IOException, EngineException {
    Executor.finishRemoving(workshop, workshop.state().sandboxes().removing());
    new Journal(workshop).recover(() -> letGo("what a killed command has left"));
  }

  /** How large each layer is that a plan deletes, by the sandbox's name. */
  Map<String, LayerSize> sizes(Plan plan) throws IOException {
    Map<String, LayerSize> layers = new LinkedHashMap<>();
    for (Applied one : plan.losesLayers()) {
      layers.put(one.name(), LayerSize.of(workshop.state().layers().usage(one.name())));
    }
    return layers;
  }

  private Decided thoroughly(Reading reading, Scope scope, List<Applied> before) throws IOException, EngineException {
    List<Desired> desired = new ArrayList<>();
    Map<String, Applied> known = byName(before);
    Map<RootfsSource, Optional<PreparedRootfs>> trees = new HashMap<>();
    List<Desired> written = DesiredState.of(reading);
    for (Desired one : written) {
      workshop.watcher().comparing(desired.size(), written.size());
      desired.add(withLaunchers(one, Optional.ofNullable(known.get(one.name())), trees));
    }
    workshop.watcher().comparing(written.size(), written.size());
    Scope understood = LeftOut.narrow(scope, reading, before);
    return Decided.of(Planner.plan(desired, understood, observer.thoroughly(before, desired)), desired);
  }

  private static Decided asRecorded(Reading reading, Scope scope, List<Applied> before)
      throws IOException, EngineException {
    List<Desired> desired = new ArrayList<>();
    Map<String, Applied> known = byName(before);
    for (Desired one : DesiredState.of(reading, before)) {
      Optional<Applied> same = Optional.ofNullable(known.get(one.name()));
      desired.add(same.isPresent() ? one.with(same.get().launchers()) : one);
    }
    Scope understood = LeftOut.narrow(scope, reading, before);
    return Decided.of(Planner.plan(desired, understood, Observer.asRecorded(before, desired)), desired);
  }

  private static Map<String, Applied> byName(List<Applied> sandboxes) {
    Map<String, Applied> byName = new TreeMap<>();
    sandboxes.forEach(one -> byName.put(one.name(), one));
    return byName;
  }

  /**
   * Compiles what the launchers should be, where their rootfs is there and the layer is known.
   *
   * @param trees what was found of each rootfs: looking at all of a tree takes its time, and many sandboxes share it
   */
  private Desired withLaunchers(
      Desired desired, Optional<Applied> before, Map<RootfsSource, Optional<PreparedRootfs>> trees)
      throws IOException, EngineException {
    Sandbox sandbox = Catalogue.sandbox(desired);
    RootfsSource source = sandbox.rootfs().source().value();
    Optional<PreparedRootfs> tree = trees.get(source);
    if (tree == null) {
      tree = workshop.rootfs().current(source);
      trees.put(source, tree);
    }
    if (before.isEmpty() || tree.isEmpty()) {
      return desired;
    }
    Optional<Layer> layer = before.get().layer();
    LauncherCompiler compiler = workshop.compiler();
    SortedMap<String, String> launchers = new TreeMap<>();
    for (Script script : sandbox.scripts()) {
      Launcher launcher =
          compiler.compile(sandbox, script, ScriptFile.of(script), tree.get(), compiler.identity(layer));
      launchers.put(script.name(), Sha256.of(launcher.executable()));
    }
    return desired.with(launchers);
  }
}
