package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.plan.Action;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Content;
import org.chrootlite.plan.Desired;
import org.chrootlite.plan.Layer;
import org.chrootlite.plan.Plan;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.store.LockFile;

/**
 * Does what a plan says, and decides nothing. The caller holds the lock of all who change something.
 *
 * <p>All that is made before the index is replaced is harmless where it stays behind: trees, launchers and files are
 * named by what they are made of, and a new layer is empty. The new index is the moment at which all of the plan holds.
 * What is removed is removed after it, and a killed removal is finished by whoever changes something next.
 */
final class Executor {
  private final Workshop workshop;
  private final SortedMap<String, Applied> sandboxes = new TreeMap<>();
  private final List<String> removing = new ArrayList<>();
  private final Set<Long> uids = new HashSet<>();
  private final Map<RootfsSource, PreparedRootfs> trees = new HashMap<>();

  /** An executor for one plan, which was made for these sandboxes. */
  Executor(Workshop workshop, Collection<Applied> before) {
    this.workshop = workshop;
    for (Applied applied : before) {
      sandboxes.put(applied.name(), applied);
      applied.layer().ifPresent(layer -> uids.add(layer.uid()));
    }
  }

  /**
   * Executes a plan without conflicts.
   *
   * @param operation its name in the history, by which the index tells whether it was committed
   */
  void execute(Plan plan, String operation) throws IOException, EngineException {
    List<String> deleted = new ArrayList<>();
    int total = plan.actions().size();
    for (int done = 0; done < total; done++) {
      workshop.watcher().applying(done, total);
      switch (plan.actions().get(done)) {
        case Action.PrepareRootfs prepare -> workshop.rootfs().repair(prepare.template());
        case Action.Create(Desired desired) -> put(desired, layer(desired, Optional.empty()));
        case Action.Update update -> update(update);
        case Action.Delete delete -> {
          sandboxes.remove(delete.applied().name());
          deleted.add(delete.applied().name());
          delete.applied().layer().ifPresent(layer -> removing.add(delete.applied().name()));
        }
      }
    }
    for (Plan.Refresh refresh : plan.refreshed()) {
      sandboxes.put(refresh.before().name(), refreshed(refresh));
    }
    workshop.state().sandboxes().replace(sandboxes.values(), removing, operation);
    workshop.watcher().applying(total, total);
    finishRemoving(workshop, removing);
    for (String name : deleted) {
      waitForRuns(workshop, name);
    }
  }

  private void update(Action.Update update) throws IOException, EngineException {
    Optional<Layer> before = update.before().layer();
    switch (update.layer()) {
      case NONE, KEEP, KEEP_ON_NEW_ROOTFS, MAKE -> put(update.desired(), layer(update.desired(), before));
      case DELETE -> {
        removing.add(update.before().name());
        put(update.desired(), Optional.empty());
      }
    }
  }

  /** The layer that a sandbox asks for, made where there is none and mended where it is damaged. */
  private Optional<Layer> layer(Desired desired, Optional<Layer> before) throws IOException {
    if (!desired.spec().keeps()) {
      return Optional.empty();
    }
    if (before.isPresent()) {
      if (workshop.state().layers().check(desired.name(), before.get().uid()).isPresent()) {
        repair(desired.name(), before.get());
      }
      return before;
    }
    long uid = workshop.state().layers().freeUid(uids);
    workshop.state().layers().create(desired.name(), uid);
    uids.add(uid);
    return Optional.of(new Layer(uid));
  }

  /** When no run uses it. */
  private void repair(String sandbox, Layer layer) throws IOException {
    LockFile.Held lock = JobRun.lockOf(workshop.state(), sandbox).exclusive("repair of the layer of " + sandbox);
    try (lock) {
      workshop.state().layers().repair(sandbox, layer.uid());
    }
  }

  private void put(Desired desired, Optional<Layer> layer) throws IOException, EngineException {
    Sandbox sandbox = Catalogue.sandbox(desired);
    PreparedRootfs tree = tree(sandbox.rootfs().source().value());
    SortedMap<String, String> launchers = new TreeMap<>();
    for (Script script : sandbox.scripts()) {
      ScriptText text = ScriptFile.of(script);
      Content content = desired.contents().get(script.name());
      if (content != null) {
        store(script, text, content);
      }
      Launcher launcher =
          workshop.compiler().compile(sandbox, script, text, tree, workshop.compiler().identity(layer));
      Path file = workshop.state().launchers().put(launcher.executable());
      launchers.put(script.name(), String.valueOf(file.getFileName()));
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    sandboxes.put(
        desired.name(),
        new Applied(desired.name(), desired.spec(), desired.source(), desired.contents(), launchers, layer, now));
  }

  /** Prepared once for all sandboxes that share it: even to see that nothing is to be done takes its time. */
  private PreparedRootfs tree(RootfsSource source) throws IOException {
    PreparedRootfs known = trees.get(source);
    if (known != null) {
      return known;
    }
    PreparedRootfs tree = workshop.rootfs().prepare(source);
    trees.put(source, tree);
    return tree;
  }

  private void store(Script script, ScriptText text, Content planned) throws IOException, EngineException {
    if (!DesiredState.content(text.bytes()).equals(planned)) {
      throw new EngineException(
          "the file of script " + script.name() + " was changed while it was applied: try again");
    }
    workshop.state().files().put(text.bytes());
  }

  private static Applied refreshed(Plan.Refresh refresh) {
    Applied before = refresh.before();
    return new Applied(
        before.name(),
        before.spec(),
        refresh.source(),
        before.contents(),
        before.launchers(),
        before.layer(),
        before.since());
  }

  /** Deletes layers whose deletion the index has committed, each when the last run that uses it is over. */
  static void finishRemoving(Workshop workshop, List<String> layers) throws IOException {
    if (layers.isEmpty()) {
      return;
    }
    for (String name : layers) {
      waitForRuns(workshop, name);
      workshop.state().layers().remove(name);
    }
    workshop.state().sandboxes().removed(layers);
  }

  /** Runs of a sandbox that the index does not have any more end, and no new ones begin. */
  private static void waitForRuns(Workshop workshop, String sandbox) throws IOException {
    LockFile.Held lock = JobRun.lockOf(workshop.state(), sandbox).exclusive("removal of " + sandbox);
    lock.close();
  }
}
