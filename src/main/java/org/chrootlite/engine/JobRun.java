package org.chrootlite.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.Powers;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.Step;
import org.chrootlite.host.MemoryInfo;
import org.chrootlite.model.Isolation;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Script;
import org.chrootlite.model.Stdin;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Damage;
import org.chrootlite.plan.Layer;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.run.Cancellation;
import org.chrootlite.run.HostFile;
import org.chrootlite.run.HostSettings;
import org.chrootlite.run.Input;
import org.chrootlite.run.Judge;
import org.chrootlite.run.Judgement;
import org.chrootlite.run.Observation;
import org.chrootlite.run.Remedies;
import org.chrootlite.run.Start;
import org.chrootlite.run.SubstituteSupervisor;
import org.chrootlite.run.Supervisor;
import org.chrootlite.run.Usage;
import org.chrootlite.store.LockFile;
import org.chrootlite.store.Runs;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.UidSlots;

/** Runs applied jobs. */
final class JobRun {
  private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

  /** A launcher that has given up root must still find its way in its own directory, which lies in a private one. */
  private static final Set<PosixFilePermission> PASSABLE = PosixFilePermissions.fromString("rwx--x--x");

  private static final String LAUNCHER = "launcher";

  /** How often a launcher is put in its place: somebody would have to take it away each time. */
  private static final int ATTEMPTS = 100;

  private final Workshop workshop;
  private final Job job;
  private final List<String> arguments;
  private final boolean allowsDegraded;
  private final RunStreams streams;
  private final Cancellation cancellation;
  private final Purpose purpose;

  private JobRun(
      Workshop workshop,
      Job job,
      List<String> arguments,
      boolean allowsDegraded,
      RunStreams streams,
      Cancellation cancellation,
      Purpose purpose) {
    this.workshop = workshop;
    this.job = job;
    this.arguments = arguments;
    this.allowsDegraded = allowsDegraded;
    this.streams = streams;
    this.cancellation = cancellation;
    this.purpose = purpose;
  }

  /**
   * What a run of a sandbox holds: shared, or alone where the sandbox has a layer, since the upper directory of an
   * overlay has one user at a time.
   */
  static LockFile lockOf(StateDirectory state, String sandbox) throws IOException {
    return state.lock("sandbox-" + sandbox);
  }

  /** Runs a job to its end, as its sandbox is applied when the run begins. */
  static RunResult run(
      Workshop workshop,
      Job asked,
      List<String> arguments,
      boolean allowsDegraded,
      RunStreams streams,
      Cancellation cancellation,
      Purpose purpose)
      throws IOException, EngineException, InterruptedException {
    String holder = "run of " + asked.name();
    String sandbox = asked.sandbox().name().value();
    LockFile.Held use = workshop.state().lock("in-use").shared(holder);
    try (use) {
      boolean alone = hasLayer(asked);
      while (true) {
        LockFile lock = lockOf(workshop.state(), sandbox);
        LockFile.Held held = alone ? lock.exclusive(holder) : lock.shared(holder);
        try (held) {
          // While we waited it may have been deleted, or become another one.
          Job job = new Catalogue(workshop.state().sandboxes()).asItIs(asked);
          if (hasLayer(job) == alone) {
            checkLayer(workshop, job);
            return new JobRun(workshop, job, arguments, allowsDegraded, streams, cancellation, purpose)
                .run();
          }
          alone = hasLayer(job);
        }
      }
    }
  }

  private static boolean hasLayer(Job job) {
    return job.applied().flatMap(Applied::layer).isPresent();
  }

  /** A run finds what earlier ones have kept, or does not begin: never an empty layer without a word. */
  private static void checkLayer(Workshop workshop, Job job) throws IOException, EngineException {
    Optional<Applied> applied = job.applied();
    if (applied.isEmpty() || applied.get().layer().isEmpty()) {
      return;
    }
    String sandbox = applied.get().name();
    Optional<Damage> damage = workshop.state().layers().check(sandbox, applied.get().layer().get().uid());
    if (damage.isPresent()) {
      String what =
          switch (damage.get()) {
            case MISSING -> "was removed, with all that was kept in it; to begin with an empty one";
            case ALTERED -> "was altered; to set it right, with all that is kept in it";
          };
      throw new EngineException(
          "%s: its layer %s %s: chroot-lite apply %s"
              .formatted(job.name(), workshop.state().layers().of(sandbox), what, job.sandbox().file()));
    }
  }

  /** What cannot be kept is refused unless the caller or the manifest says otherwise; never dropped in silence. */
  private Map<LimitKind, Enforcement> enforcement(Powers powers) throws EngineException {
    Map<LimitKind, Enforcement> enforced =
        Enforcement.of(job.script().limits(), job.sandbox().rootfs().writes().value(), powers);
    if (!allowsDegraded && job.sandbox().isolation().value() != Isolation.BEST_EFFORT) {
      Refusal.check(job, enforced);
    }
    return enforced;
  }

  private RunResult run() throws IOException, EngineException, InterruptedException {
    Optional<Layer> layer = job.applied().flatMap(Applied::layer);
    LauncherCompiler compiler = workshop.compiler();
    if (!workshop.host().user().isRoot() || layer.isPresent()) {
      return run(compiler.identity(layer), layer);
    }
    try (UidSlots.Slot slot = workshop.state().uidSlots().acquire()) {
      return run(compiler.slot(slot.uid()), layer);
    }
  }

  private RunResult run(Provisions.Identity identity, Optional<Layer> layer)
      throws IOException, EngineException, InterruptedException {
    PreparedRootfs tree = workshop.rootfs().prepare(job.sandbox().rootfs().source().value());
    ScriptText text = text();
    Instant began = Instant.now();
    boolean isRoot = workshop.host().user().isRoot();
    RunRecords records = new RunRecords(workshop, purpose);
    try (Runs.Run run = records.create(job, began, isRoot ? PASSABLE : PRIVATE)) {
      try {
        return run(run, records, new Setting(tree, text, identity, layer, began));
      } catch (IOException | EngineException e) {
        records.fail(run.id(), job, began, e);
        throw e;
      }
    }
  }

  private Optional<SubstituteSupervisor> substitute() {
    return switch (purpose) {
      case Purpose.Asked() -> Optional.empty();
      case Purpose.Probe probe -> probe.supervisor();
    };
  }

  private ScriptText text() throws IOException, EngineException {
    return switch (purpose) {
      case Purpose.Asked() -> new JobText(workshop).of(job);
      case Purpose.Probe probe -> probe.text();
    };
  }

  /** What a run begins with. */
  private record Setting(
      PreparedRootfs tree, ScriptText text, Provisions.Identity identity, Optional<Layer> layer, Instant began) {}

  private RunResult run(Runs.Run run, RunRecords records, Setting setting)
      throws IOException, EngineException, InterruptedException {
    Script script = job.script();
    try (InputStream own = ownInput(script);
        Transcript output = new Transcript(streams.output(), run.directory().resolve("stdout"));
        Transcript error = new Transcript(streams.error(), run.directory().resolve("stderr"))) {
      Input input =
          switch (script.stdin().value()) {
            case Stdin.Caller() -> streams.input();
            case Stdin.Text text -> new Input.Snapshot(own);
            case Stdin.File(Path path) -> isSmall(path) ? new Input.Snapshot(own) : new Input.Stream(own);
          };
      RunResult result;
      // Its group is gone before the links to it are.
      try (RunGroup group =
          RunGroup.of(run.id(), run.directory(), job.sandbox(), script.limits(), workshop.host())) {
        result = run(run, setting, group, new RunStreams(input, output, error));
      }
      return records.end(run, result, output, error);
    }
  }

  private RunResult run(Runs.Run run, Setting setting, RunGroup group, RunStreams own)
      throws IOException, EngineException, InterruptedException {
    Script script = job.script();
    Map<LimitKind, Enforcement> enforced = enforcement(group.powers());
    Launcher launcher =
        workshop
            .compiler()
            .compile(job.sandbox(), script, setting.text(), setting.tree(), setting.identity(), group.powers());
    place(launcher, run.directory().resolve(LAUNCHER));
    Files.createFile(run.directory().resolve("status"));
    Files.createDirectory(run.directory().resolve("jail"));
    Artifacts artifacts = Artifacts.prepare(run.directory(), run.keptDirectory(), script.artifacts());
    Start start =
        new Start(
            launcher,
            "./" + LAUNCHER,
            run.directory(),
            setting.layer().map(one -> workshop.state().layers().of(job.sandbox().name().value())),
            group.group(),
            arguments,
            script.limits(),
            own.input(),
            own.output(),
            own.error(),
            substitute());
    SocketSearch.check(job, cancellation::isCancelled);
    Observation seen = supervise(start);
    RunTraces traces =
        new RunTraces(
            job.sandbox(),
            launcher.plan(),
            setting.tree().root(),
            start.layer(),
            artifacts,
            seen.report(),
            setting.began());
    Judgement judged = Advice.added(job, Judge.judge(seen, script.limits(), traces), launcher.plan());
    Judgement judgement =
        LinkInTheWay.named(judged, seen.report(), job.sandbox(), setting.tree().root(), start.layer());
    List<RunResult.Artifact> collected = artifacts.collect(seen.report());
    return result(run.id(), setting.began(), command(launcher), aboutMounts(judgement), seen, collected, enforced);
  }

  private Judgement aboutMounts(Judgement judgement) {
    return workshop.host().user().isRoot()
        ? new MountOwners(HostSettings.OF_HOST).named(judgement, job.sandbox())
        : judgement;
  }

  private RunResult result(
      String id,
      Instant began,
      List<String> command,
      Judgement judgement,
      Observation seen,
      List<RunResult.Artifact> artifacts,
      Map<LimitKind, Enforcement> enforced) {
    return new RunResult(
        id,
        job,
        began,
        command,
        arguments,
        judgement,
        Usage.of(seen),
        seen.outputExceeded(),
        enforced,
        artifacts,
        RunResult.Stream.NONE,
        RunResult.Stream.NONE);
  }

  private static List<String> command(Launcher launcher) {
    return launcher.plan().script().getLast() instanceof Step.Execute execute ? execute.arguments() : List.of();
  }

  /** Whoever cleans up may take a launcher that is not recorded away at any moment, but not what the run links. */
  private void place(Launcher launcher, Path target) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Path file = workshop.state().launchers().put(launcher.executable());
      try {
        workshop.state().launchers().linkInto(String.valueOf(file.getFileName()), target);
        return;
      } catch (NoSuchFileException e) {
        // Taken away between the two: put it there again. Unless it is never what was put there: there are file
        // systems that keep no modes.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Observation supervise(Start start) throws IOException, EngineException, InterruptedException {
    Supervisor supervisor = started(start);
    cancellation.add(supervisor);
    try {
      return supervisor.await();
    } finally {
      cancellation.remove(supervisor);
    }
  }

  private static Supervisor started(Start start) throws EngineException {
    try {
      return Supervisor.start(start);
    } catch (IOException e) {
      throw new EngineException(Remedies.ofStart(e).toString());
    }
  }

  /** Whether memory can hold a copy of a file; a larger one is read through a pipe. */
  private static boolean isSmall(Path file) throws IOException {
    return Files.size(file) <= MemoryInfo.read().available() / 2;
  }

  private InputStream ownInput(Script script) throws IOException, EngineException {
    return switch (script.stdin().value()) {
      case Stdin.Caller caller -> InputStream.nullInputStream();
      case Stdin.Text(String text) -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
      case Stdin.File(Path path) -> open(path);
    };
  }

  private InputStream open(Path input) throws IOException, EngineException {
    try {
      return HostFile.open(input, workshop.host().architecture());
    } catch (NoSuchFileException e) {
      throw new EngineException(
          "%s: the file of its stdin, %s, is not there: put it there again, or name another one in %s"
              .formatted(job.name(), input, job.sandbox().file()));
    } catch (FileSystemLoopException e) {
      throw new EngineException(
          "%s: the file of its stdin, %s, is a link or lies behind one, which it did not when it was applied: put the"
                  .formatted(job.name(), input)
              + " file there again; or, if the link is your own: chroot-lite apply " + job.sandbox().file());
    }
  }
}
