package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.doctor.Examination;
import org.chrootlite.host.HostUser;
import org.chrootlite.manifest.CheckedTexts;
import org.chrootlite.manifest.Manifests;
import org.chrootlite.manifest.Reading;
import org.chrootlite.model.Action;
import org.chrootlite.model.Sandbox;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Plan;
import org.chrootlite.plan.Scope;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.rootfs.Recipes;
import org.chrootlite.run.Cancellation;
import org.chrootlite.store.PassedTexts;
import org.chrootlite.store.StateDirectory;

/**
 * Everything that can be done with sandboxes, on this host and with one state directory. What is on record when a
 * method returns outlasts a kill, and when {@link #close} does, a power failure.
 */
public final class Engine implements AutoCloseable {
  /** How many runs keep what they printed, when they have no artifacts: those stay. */
  private static final int RUNS_KEPT = 1000;

  private final Workshop workshop;
  private final Catalogue catalogue;
  private final Reconciler reconciler;
  private boolean hasRun;

  private Engine(Workshop workshop) {
    this.workshop = workshop;
    this.catalogue = new Catalogue(workshop.state().sandboxes());
    this.reconciler = new Reconciler(workshop);
  }

  /**
   * Where the state directory of this process is, see {@link StateDirectory#locate}.
   *
   * @param option what the caller asks for
   * @param environment the caller's variables
   */
  public static Path home(Optional<Path> option, Map<String, String> environment) throws IOException {
    return StateDirectory.locate(option, environment, HostUser.current().uid());
  }

  /** Opens a state directory, which is made where there is none. */
  public static Engine open(Path home, Watcher watcher) throws IOException {
    return new Engine(Workshop.open(home, watcher));
  }

  /** A state directory that there is already, to be looked at; empty where there is none. */
  private static Optional<Engine> existing(Path home) throws IOException {
    return Workshop.existing(home).map(Engine::new);
  }

  /** Reads manifests and checks all that can be checked; this needs no state. */
  public static Reading check(List<String> paths) {
    return Manifests.read(paths, Set.copyOf(Recipes.names()));
  }

  /** The same reading, with a warning for each mount that a run would be refused for as it is now. */
  public static Reading searchMounts(Reading reading) throws IOException {
    return new MountWarnings(SocketSearch.ofHost(() -> false)).added(reading);
  }

  /** Reads manifests that are to be used. Where a text fitted the schema before, that is not checked again. */
  public Reading read(List<String> paths) {
    Remembered remembered = new Remembered(workshop.state().passedTexts(), workshop.watcher());
    Reading reading = Manifests.read(paths, Set.copyOf(Recipes.names()), remembered);
    workshop.watcher().reading(0);
    return reading;
  }

  /** What the state directory remembers of manifests, as their reader asks for it: once for each. */
  private static final class Remembered implements CheckedTexts {
    private final PassedTexts texts;
    private final Watcher watcher;
    private int asked;

    Remembered(PassedTexts texts, Watcher watcher) {
      this.texts = texts;
      this.watcher = watcher;
    }

    @Override
    public boolean contains(String digest) {
      watcher.reading(++asked);
      return texts.contains(digest);
    }

    @Override
    public void add(String digest) {
      texts.add(digest);
    }
  }

  /**
   * What an apply of these paths speaks for.
   *
   * @param prune whether what they no longer list is deleted
   */
  public static Scope scope(List<String> paths, boolean prune) throws IOException {
    List<Path> real = new ArrayList<>();
    for (String path : paths) {
      real.add(Path.of(path).toRealPath());
    }
    return new Scope(real, prune);
  }

  /** What an apply would do. Changes nothing: not even a state directory is made. */
  public static Plan preview(Path home, Reading reading, Scope scope) throws IOException, EngineException {
    Optional<Engine> engine = existing(home);
    return engine.isPresent() ? engine.get().reconciler.preview(reading, scope) : Reconciler.firstPlan(reading, scope);
  }

  /** How large each layer is that a plan deletes, by the sandbox's name. */
  public static Map<String, LayerSize> layers(Path home, Plan plan) throws IOException {
    Optional<Engine> engine = existing(home);
    return engine.isPresent() ? engine.get().reconciler.sizes(plan) : Map.of();
  }

  /** Makes what is there match what was read. */
  public Outcome apply(Reading reading, Scope scope, Approval approval) throws IOException, EngineException {
    return reconciler.apply(reading, scope, approval);
  }

  /** The same, as quickly as can be, for runs that come next: what was prepared is only looked at by them. */
  public Outcome applyForRun(Reading reading, Scope scope, Approval approval) throws IOException, EngineException {
    return reconciler.applyForRun(reading, scope, approval);
  }

  /**
   * Deletes sandboxes.
   *
   * @throws NoSuchSandboxException when one of them is not there; nothing is deleted then
   */
  public Outcome delete(List<String> names, Approval approval) throws IOException, EngineException {
    return reconciler.delete(names, approval);
  }

  /** Removes all sandboxes, all output and artifacts of runs, and all that was prepared; the history stays. */
  public Outcome cleanup(Approval approval) throws IOException, EngineException {
    return new Cleanup(workshop, reconciler).run(approval);
  }

  /** All sandboxes that are applied in a state directory, sorted by name. */
  public static List<Applied> sandboxes(Path home) throws IOException {
    Optional<Engine> engine = existing(home);
    return engine.isPresent() ? engine.get().workshop.state().sandboxes().all() : List.of();
  }

  /**
   * All there is to know of a sandbox.
   *
   * @throws NoSuchSandboxException when there is no such sandbox
   */
  public static Info info(Path home, String name) throws IOException, EngineException {
    Optional<Engine> engine = existing(home);
    if (engine.isEmpty()) {
      throw new NoSuchSandboxException("there is no sandbox \"" + name + "\": nothing is applied in " + home);
    }
    return new Inspector(engine.get().workshop).inspect(engine.get().catalogue.applied(name));
  }

  /**
   * What this host can enforce, found out by trying; what was made for it is gone again.
   *
   * @param searchPath the caller's PATH
   */
  public static Examination examine(Path home, String searchPath, Watcher watcher) throws IOException {
    return new Doctor(home, watcher).host(searchPath);
  }

  /** How well these manifests' sandboxes and limits can be kept on this host, likewise; nothing is applied. */
  public static Examination examine(Path home, Reading reading, Watcher watcher) throws IOException {
    return new Doctor(home, watcher).manifests(reading.sandboxes());
  }

  /** A file as people find it: relative to where they are, where it is below. */
  public static String shown(Path file) {
    return Manifest.shown(file);
  }

  /** The jobs of a name among all that are applied, see {@link Job#named}. */
  public List<Job> jobs(String name) throws IOException, EngineException {
    return catalogue.named(name);
  }

  /** All jobs of all sandboxes that are applied. */
  public List<Job> jobs() throws IOException {
    return catalogue.all();
  }

  /** All jobs of these sandboxes, which are applied. */
  public List<Job> jobsOf(Collection<String> sandboxes) throws IOException {
    return catalogue.of(sandboxes);
  }

  /**
   * A job that no manifest has.
   *
   * @throws NoSuchSandboxException when there is no such sandbox
   */
  public Job job(String sandbox, Action action) throws IOException, EngineException {
    Applied applied = catalogue.applied(sandbox);
    return Job.of(Catalogue.sandbox(applied), Optional.of(applied), "exec", action);
  }

  /** What has changed since these jobs were applied, and so does not count for their runs; a line each. */
  public List<String> stale(Collection<Job> jobs) throws IOException {
    return Staleness.of(jobs);
  }

  /**
   * The launcher of a job, as it would run now.
   *
   * @throws EngineException when its script cannot be used
   * @throws IOException when its rootfs cannot be prepared, among others
   */
  public Launcher explain(Job job) throws IOException, EngineException {
    Sandbox sandbox = job.sandbox();
    PreparedRootfs tree = workshop.rootfs().prepare(sandbox.rootfs().source().value());
    ScriptText text = new JobText(workshop).of(job);
    LauncherCompiler compiler = workshop.compiler();
    return compiler.compile(
        sandbox, job.script(), text, tree, compiler.identity(job.applied().flatMap(Applied::layer)));
  }

  /**
   * Runs an applied job to its end, on the calling thread.
   *
   * @param arguments what the script gets beside its own
   * @param degraded whether to run it where a limit cannot be kept
   * @throws EngineException when it cannot be run, or may not
   */
  public RunResult run(
      Job job, List<String> arguments, boolean degraded, RunStreams streams, Cancellation cancellation)
      throws IOException, EngineException, InterruptedException {
    hasRun = true;
    return JobRun.run(workshop, job, arguments, degraded, streams, cancellation, new Purpose.Asked());
  }

  /**
   * Tries what a sandbox promises and limits, on the calling thread, and puts on record what came of it.
   *
   * @param listener is told of each finding when it is there
   * @throws NoSuchSandboxException when there is no such sandbox
   * @throws EngineException when probes cannot be run in it
   */
  public Verification verify(String name, Cancellation cancellation, Verification.Listener listener)
      throws IOException, EngineException, InterruptedException {
    hasRun = true;
    return Verifier.verify(workshop, catalogue.applied(name), cancellation, listener);
  }

  /** Makes the history durable. */
  public void settle() throws IOException {
    workshop.history().force();
  }

  /** Makes the history durable, and lets go of old runs' output. */
  @Override
  public void close() throws IOException {
    settle();
    if (hasRun) {
      workshop.state().runs().prune(RUNS_KEPT);
    }
  }
}
