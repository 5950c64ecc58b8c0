package org.chrootlite.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.Provisions;
import org.chrootlite.host.Host;
import org.chrootlite.host.HostUser;
import org.chrootlite.manifest.CheckedTexts;
import org.chrootlite.manifest.Manifests;
import org.chrootlite.manifest.Reading;
import org.chrootlite.model.Isolation;
import org.chrootlite.model.Script;
import org.chrootlite.model.Stdin;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.rootfs.Progress;
import org.chrootlite.rootfs.Recipes;
import org.chrootlite.rootfs.RootfsPreparer;
import org.chrootlite.run.Cancellation;
import org.chrootlite.run.Judge;
import org.chrootlite.run.Judgement;
import org.chrootlite.run.Observation;
import org.chrootlite.run.Report;
import org.chrootlite.run.Start;
import org.chrootlite.run.Supervisor;
import org.chrootlite.store.PassedTexts;
import org.chrootlite.store.Runs;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.UidSlots;

/** Everything that can be done with sandboxes, on this host and with one state directory. */
public final class Engine {
  private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

  /** A launcher that has given up root must still find its way in its own directory, which lies in a private one. */
  private static final Set<PosixFilePermission> PASSABLE = PosixFilePermissions.fromString("rwx--x--x");

  private final StateDirectory state;
  private final Host host;
  private final RootfsPreparer rootfs;
  private final Provisioner provisioner;

  private Engine(StateDirectory state, Host host, RootfsPreparer rootfs) {
    this.state = state;
    this.host = host;
    this.rootfs = rootfs;
    this.provisioner = new Provisioner(host);
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
  public static Engine open(Path home, Progress progress) throws IOException {
    Host host = Host.current();
    StateDirectory state = StateDirectory.open(home, host.user().uid());
    return new Engine(state, host, new RootfsPreparer(state, progress));
  }

  /** Reads manifests and checks all that can be checked; this needs no state. */
  public static Reading check(List<String> paths) {
    return Manifests.read(paths, Set.copyOf(Recipes.names()));
  }

  /** Reads manifests that are to be used. Where a text fitted the schema before, that is not checked again. */
  public Reading read(List<String> paths) {
    return Manifests.read(paths, Set.copyOf(Recipes.names()), new Remembered(state.passedTexts()));
  }

  /** What the state directory remembers of manifests, as their reader asks for it. */
  private record Remembered(PassedTexts texts) implements CheckedTexts {
    @Override
    public boolean contains(String digest) {
      return texts.contains(digest);
    }

    @Override
    public void add(String digest) {
      texts.add(digest);
    }
  }

  /**
   * The launcher of a job, as it would run now.
   *
   * @throws EngineException when its script cannot be used
   * @throws IOException when its rootfs cannot be prepared, among others
   */
  public Launcher explain(Job job) throws IOException, EngineException {
    long firstSlot = UidSlots.FIRST_UID;
    return compile(job, host.user().isRoot() ? slot(firstSlot) : caller());
  }

  /**
   * Runs a job to its end, on the calling thread.
   *
   * @param arguments what the script gets beside its own
   * @param degraded whether to run it where a limit cannot be kept
   * @throws EngineException when it cannot be run, or may not
   */
  public RunResult run(
      Job job, List<String> arguments, boolean degraded, RunStreams streams, Cancellation cancellation)
      throws IOException, EngineException, InterruptedException {
    Map<String, String> enforced = enforcement(job, degraded);
    if (!host.user().isRoot()) {
      return run(job, caller(), arguments, enforced, streams, cancellation);
    }
    try (UidSlots.Slot slot = state.uidSlots().acquire()) {
      return run(job, slot(slot.uid()), arguments, enforced, streams, cancellation);
    }
  }

  private RunResult run(
      Job job,
      Provisions.Identity identity,
      List<String> arguments,
      Map<String, String> enforced,
      RunStreams streams,
      Cancellation cancellation)
      throws IOException, EngineException, InterruptedException {
    Launcher launcher = compile(job, identity);
    Path executable = state.launchers().put(launcher.executable());
    Script script = job.script();
    try (Runs.Run run = state.runs().create(Instant.now(), host.user().isRoot() ? PASSABLE : PRIVATE);
        InputStream own = ownInput(script)) {
      Files.createFile(run.directory().resolve("status"));
      Files.createDirectory(run.directory().resolve("jail"));
      Artifacts artifacts = Artifacts.prepare(run.directory(), script.artifacts());
      Optional<InputStream> input =
          script.stdin().value() instanceof Stdin.Caller ? streams.input() : Optional.of(own);
      String relative = run.directory().relativize(executable).toString();
      Start start =
          new Start(
              launcher,
              relative,
              run.directory(),
              Optional.empty(),
              arguments,
              script.limits(),
              input,
              streams.output(),
              streams.error());
      Observation seen = supervise(start, cancellation);
      List<RunResult.Artifact> collected = artifacts.collect(seen.report());
      if (collected.stream().anyMatch(artifact -> artifact.file().isPresent())) {
        Files.delete(run.directory().resolve("jail"));
        run.keep();
      }
      Judgement judgement = Advice.added(job, Judge.judge(seen, script.limits()), launcher.plan());
      return result(run.id(), job, judgement, seen, enforced, collected);
    }
  }

  private static Observation supervise(Start start, Cancellation cancellation)
      throws IOException, InterruptedException {
    Supervisor supervisor = Supervisor.start(start);
    cancellation.add(supervisor);
    try {
      return supervisor.await();
    } finally {
      cancellation.remove(supervisor);
    }
  }

  private static RunResult result(
      String id,
      Job job,
      Judgement judgement,
      Observation seen,
      Map<String, String> enforced,
      List<RunResult.Artifact> artifacts) {
    Optional<Report.End> end = seen.report().end();
    return new RunResult(
        id,
        job,
        judgement,
        end.map(Report.End::wallTime).orElse(0L),
        end.map(Report.End::cpuTime).orElse(0L),
        end.map(Report.End::maxMemory).orElse(0L),
        seen.outputExceeded(),
        enforced,
        artifacts);
  }

  private Launcher compile(Job job, Provisions.Identity identity) throws IOException, EngineException {
    PreparedRootfs tree = rootfs.prepare(job.sandbox().rootfs().source().value());
    Provisions provisions = provisioner.provide(job.sandbox(), job.script(), tree, identity);
    return Launcher.compile(JailPlanner.plan(job.sandbox(), job.script(), provisions), host.architecture());
  }

  private Provisions.Identity slot(long uid) {
    return new Provisions.Identity.Slot(uid, host.mapsOwners());
  }

  private Provisions.Identity caller() {
    return new Provisions.Identity.Caller(host.user().uid(), host.user().gid());
  }

  private static InputStream ownInput(Script script) throws IOException {
    return switch (script.stdin().value()) {
      case Stdin.Caller caller -> InputStream.nullInputStream();
      case Stdin.Text(String text) -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
      case Stdin.File(Path path) -> Files.newInputStream(path);
    };
  }

  /** What cannot be kept is refused unless the caller or the manifest says otherwise; never dropped in silence. */
  private static Map<String, String> enforcement(Job job, boolean degraded) throws EngineException {
    boolean allowed = degraded || job.sandbox().isolation().value() == Isolation.BEST_EFFORT;
    Map<String, String> enforced = new LinkedHashMap<>();
    for (var each : Enforcement.of(job.script().limits(), job.sandbox().rootfs().writes().value()).entrySet()) {
      if (each.getValue() == Enforcement.UNSUPPORTED && !allowed) {
        throw new EngineException(
            "%s: limits.%s cannot be enforced yet: it needs a cgroup; remove it, or run with --allow-degraded"
                .formatted(job.name(), each.getKey().key()));
      }
      enforced.put(each.getKey().key(), each.getValue().id());
    }
    return enforced;
  }
}
