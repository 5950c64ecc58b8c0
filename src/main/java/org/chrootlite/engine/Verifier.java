package org.chrootlite.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.host.MemoryInfo;
import org.chrootlite.linux.Architecture;
import org.chrootlite.model.Action;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.model.Stdin;
import org.chrootlite.model.Verdict;
import org.chrootlite.plan.Applied;
import org.chrootlite.probe.AbiProbe;
import org.chrootlite.probe.Capacity;
import org.chrootlite.probe.Ended;
import org.chrootlite.probe.Guarantee;
import org.chrootlite.probe.LimitProbe;
import org.chrootlite.probe.LimitProbes;
import org.chrootlite.probe.PresenceProbe;
import org.chrootlite.probe.PromiseProbe;
import org.chrootlite.probe.GuaranteeStatus;
import org.chrootlite.run.Cancellation;
import org.chrootlite.run.Input;
import org.chrootlite.store.RunId;

/** Tries what a sandbox promises and limits, by running probes in it as any script is run. */
final class Verifier {
  /** How much of what a probe prints is looked at, in bytes. */
  private static final int MOST = 1 << 20;

  /** Where a sandbox gets its probe from: its last part is the name in the sandbox. */
  private static final Path FILE = Path.of("/").resolve(PromiseProbe.NAME);

  private static final Origin OURS = new Origin.Default("verify");

  private final Workshop workshop;
  private final Applied applied;
  private final Sandbox sandbox;
  private final Architecture architecture;
  private final Cancellation cancellation;
  private final Verification.Listener listener;

  private Verifier(
      Workshop workshop, Applied applied, Cancellation cancellation, Verification.Listener listener)
      throws IOException {
    this.workshop = workshop;
    this.applied = applied;
    this.sandbox = Catalogue.sandbox(applied);
    this.architecture = workshop.host().architecture();
    this.cancellation = cancellation;
    this.listener = listener;
  }

  /** Verifies a sandbox and appends the result to the history. */
  static Verification verify(
      Workshop workshop, Applied applied, Cancellation cancellation, Verification.Listener listener)
      throws IOException, EngineException, InterruptedException {
    Instant began = Instant.now();
    Verifier verifier = new Verifier(workshop, applied, cancellation, listener);
    Verification verification =
        new Verification(RunId.next(began), applied.name(), verifier.promises(), verifier.limits());
    workshop.history().append(entry(verification, began, workshop));
    workshop.history().force();
    return verification;
  }

  private static Map<String, Object> entry(Verification verification, Instant began, Workshop workshop) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", "verify");
    entry.put("id", verification.id());
    entry.put("time", RunFields.time(began));
    entry.put("user", RunFields.user(workshop.host().user()));
    entry.put("names", List.of(verification.sandbox()));
    entry.put("outcome", verification.holds() ? GuaranteeStatus.HOLDS.id() : GuaranteeStatus.BROKEN.id());
    for (GuaranteeStatus status : GuaranteeStatus.values()) {
      entry.put(status.id(), verification.all(status).stream().map(Guarantee::id).toList());
    }
    return entry;
  }

  private List<Guarantee> promises() throws IOException, EngineException, InterruptedException {
    Limits room = LimitProbes.forPromises(sandbox);
    List<String> hostPaths = List.of(workshop.state().home().toString());
    PromiseProbe probe = PromiseProbe.of(sandbox, ProbeObserver.host(hostPaths, sandbox), architecture);
    Ended trials = run(probe.executable(), room);
    checkBuilt(trials);
    ProbeObserver observer = new ProbeObserver();
    Purpose.Probe presence =
        new Purpose.Probe(
            new ScriptText(PresenceProbe.executable(architecture)), Optional.of(observer.supervisor()));
    run(presence, room, new Input.Stream(observer.input()), observer.output());
    List<Guarantee.Tried> abis = new ArrayList<>();
    for (AbiProbe abi : AbiProbe.of(architecture)) {
      abis.add(abi.judge(run(abi.executable(), room)));
    }
    List<Guarantee> guarantees = probe.judge(trials.output(), abis, observer.seen());
    guarantees.forEach(listener::promise);
    return guarantees;
  }

  /** A sandbox that no script can run in breaks no promise: there is one reason, and it is the same for all of them. */
  private void checkBuilt(Ended first) throws EngineException {
    if (first.verdict() == Verdict.SETUP_ERROR || first.verdict() == Verdict.NOT_FOUND) {
      throw new EngineException(
          "sandbox %s cannot be verified, and nothing was tried: %s: %s"
              .formatted(applied.name(), first.verdict().id(), first.evidence()));
    }
  }

  private List<Guarantee> limits() throws IOException, EngineException, InterruptedException {
    Map<LimitKind, Enforcement> enforced =
        Enforcement.of(
            sandbox.limits(), sandbox.rootfs().writes().value(), RunGroup.expected(workshop.host()));
    List<Guarantee> guarantees = new ArrayList<>();
    for (LimitKind kind : LimitKind.values()) {
      Optional<Limit> limit = sandbox.limits().get(kind);
      Guarantee guarantee =
          limit.isEmpty() || (kind == LimitKind.WALL_TIME && limit.get().value() == 0)
              ? new Guarantee(kind.key(), "not limited", GuaranteeStatus.ABSENT, List.of())
              : guarantee(limit.get(), Optional.ofNullable(enforced.get(kind)).orElseThrow());
      guarantees.add(guarantee);
      listener.limit(guarantee);
    }
    return guarantees;
  }

  private Guarantee guarantee(Limit limit, Enforcement enforcement)
      throws IOException, EngineException, InterruptedException {
    String means = limit.kind().unit().describe(limit.value());
    List<Guarantee.Tried> tried = new ArrayList<>();
    switch (enforcement) {
      case Enforcement.Unsupported unsupported ->
          tried.add(new Guarantee.Tried("not tried", "unsupported: " + unsupported.gap(), false));
      case Enforcement.Degraded degraded -> {
        tried.add(new Guarantee.Tried(degraded.means().id(), "degraded: " + degraded.gap(), false));
        tryIt(limit, tried);
      }
      case Enforcement.Enforced enforced -> {
        means += " (" + enforced.means().id() + ")";
        tryIt(limit, tried);
      }
    }
    return Guarantee.of(limit.kind().key(), means, tried);
  }

  private void tryIt(Limit limit, List<Guarantee.Tried> tried)
      throws IOException, EngineException, InterruptedException {
    for (LimitProbe probe : LimitProbes.of(limit.kind(), sandbox, capacity(), architecture)) {
      tried.add(probe.judge(run(probe.executable(), probe.limits())));
    }
  }

  /** What the host has now. */
  private static Capacity capacity() throws IOException {
    return new Capacity(MemoryInfo.read().available(), Runtime.getRuntime().availableProcessors());
  }

  private Ended run(byte[] executable, Limits limits) throws IOException, EngineException, InterruptedException {
    Purpose.Probe probe = new Purpose.Probe(new ScriptText(executable), Optional.empty());
    return run(probe, limits, new Input.Nothing(), OutputStream.nullOutputStream());
  }

  private Ended run(Purpose.Probe probe, Limits limits, Input input, OutputStream also)
      throws IOException, EngineException, InterruptedException {
    if (cancellation.isCancelled()) {
      throw new InterruptedException("cancelled");
    }
    Beginning output = new Beginning(also);
    RunStreams streams = new RunStreams(input, output, OutputStream.nullOutputStream());
    RunResult result = JobRun.run(workshop, job(limits), List.of(), true, streams, cancellation, probe);
    return new Ended(
        result.judgement().verdict(),
        result.judgement().exitCode(),
        result.judgement().signal(),
        result.judgement().evidence(),
        result.usage().wallTime(),
        result.usage().cpuTime(),
        output.bytes(),
        result.output().bytes());
  }

  private Job job(Limits limits) {
    Script script =
        new Script(
            PromiseProbe.NAME,
            new Setting<>(new Action.File(FILE, List.of()), OURS),
            List.of(),
            new Setting<>(new Stdin.Caller(), OURS),
            sandbox.environment(),
            limits,
            List.of(),
            OURS);
    return new Job(sandbox, script, Optional.of(applied), Optional.empty());
  }

  /** The beginning of what is printed; all of it is passed on. */
  private static final class Beginning extends OutputStream {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final OutputStream to;

    Beginning(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
      kept.write(bytes, offset, Math.min(length, MOST - kept.size()));
      to.write(bytes, offset, length);
    }

    synchronized byte[] bytes() {
      return kept.toByteArray();
    }
  }
}
