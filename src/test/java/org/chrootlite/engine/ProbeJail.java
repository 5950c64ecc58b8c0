package org.chrootlite.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.Action;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.model.Stdin;
import org.chrootlite.probe.AbiProbe;
import org.chrootlite.probe.Ended;
import org.chrootlite.probe.Guarantee;
import org.chrootlite.probe.LimitProbes;
import org.chrootlite.probe.PresenceProbe;
import org.chrootlite.probe.PromiseProbe;
import org.chrootlite.run.Clues;
import org.chrootlite.run.Input;
import org.chrootlite.run.Judge;
import org.chrootlite.run.Judgement;
import org.chrootlite.run.Observation;
import org.chrootlite.run.Report;
import org.chrootlite.run.Start;
import org.chrootlite.run.SubstituteSupervisor;
import org.chrootlite.run.Supervisor;
import org.chrootlite.testing.Given;
import org.chrootlite.testing.UnderFilter;

/** Runs probes in the jail of a plan that may have been tampered with. */
final class ProbeJail {
  /** No other run of this machine is this user. */
  private static final long SLOT = 2_100_000_123L;

  private final Path directory;
  private int runs;

  /** Works in a directory, which lies where everybody may look for it. */
  ProbeJail(Path directory) throws IOException {
    this.directory = directory;
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(directory.resolve("root"), PosixFilePermissions.asFileAttribute(
        PosixFilePermissions.fromString("rwxr-xr-x")));
  }

  /** What came of all promises, by their ids. */
  Map<String, Guarantee> promises(Sandbox sandbox, UnaryOperator<JailPlan> change) throws Exception {
    PromiseProbe probe =
        PromiseProbe.of(sandbox, ProbeObserver.host(List.of(directory.toString()), sandbox), UnderFilter.HOST);
    Limits room = LimitProbes.forPromises(sandbox);
    Ended trials = run(sandbox, room, probe.executable(), change);
    List<Guarantee.Tried> abis = new ArrayList<>();
    for (AbiProbe abi : AbiProbe.of(UnderFilter.HOST)) {
      abis.add(abi.judge(run(sandbox, room, abi.executable(), change)));
    }
    ProbeObserver observer = new ProbeObserver();
    byte[] presence = PresenceProbe.executable(UnderFilter.HOST);
    run(
        sandbox,
        room,
        presence,
        change,
        new Input.Stream(observer.input()),
        observer.output(),
        Optional.of(observer.supervisor()));
    Map<String, Guarantee> guarantees = new LinkedHashMap<>();
    probe.judge(trials.output(), abis, observer.seen()).forEach(guarantee -> guarantees.put(guarantee.id(), guarantee));
    return guarantees;
  }

  /** How a probe ends. */
  Ended run(Sandbox sandbox, Limits limits, byte[] executable, UnaryOperator<JailPlan> change) throws Exception {
    OutputStream nowhere = OutputStream.nullOutputStream();
    return run(sandbox, limits, executable, change, new Input.Nothing(), nowhere, Optional.empty());
  }

  private Ended run(
      Sandbox sandbox,
      Limits limits,
      byte[] executable,
      UnaryOperator<JailPlan> change,
      Input input,
      OutputStream also,
      Optional<SubstituteSupervisor> supervisor)
      throws Exception {
    JailPlan plan = JailPlanner.plan(sandbox, script(sandbox, limits), provisions(executable));
    Launcher launcher = Launcher.compile(change.apply(plan), UnderFilter.HOST);
    Path run = Files.createDirectory(directory.resolve("run-" + ++runs));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx--x--x"));
    Path file = Files.write(run.resolve("launcher"), launcher.executable());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(run.resolve("status"));
    Files.createDirectory(run.resolve("jail"));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    OutputStream both = new Both(printed, also);
    Start start =
        new Start(
            launcher,
            "./launcher",
            run,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            limits,
            input,
            both,
            both,
            supervisor);
    Observation seen = Supervisor.start(start).await();
    // Of a probe's end nothing but what was seen counts.
    Judgement judgement = Judge.judge(seen, limits, Clues.NONE);
    Optional<Report.End> end = seen.report().end();
    return new Ended(
        judgement.verdict(),
        judgement.exitCode(),
        judgement.signal(),
        judgement.evidence(),
        end.map(Report.End::wallTime).orElse(0L),
        end.map(Report.End::cpuTime).orElse(0L),
        printed.toByteArray(),
        printed.size());
  }

  private static Script script(Sandbox sandbox, Limits limits) {
    return new Script(
        PromiseProbe.NAME,
        new Setting<>(new Action.File(Path.of("/", PromiseProbe.NAME), List.of()), Origin.ALWAYS),
        List.of(),
        new Setting<>(new Stdin.Caller(), Origin.ALWAYS),
        sandbox.environment(),
        limits,
        List.of(),
        Origin.ALWAYS);
  }

  private Provisions provisions(byte[] executable) throws IOException {
    HostUser user = HostUser.current();
    SeccompFilter filter = SeccompFilter.forArchitecture(UnderFilter.HOST);
    Provisions.Identity identity =
        user.isRoot()
            ? new Provisions.Identity.Slot(SLOT, false)
            : new Provisions.Identity.Caller(user.uid(), user.gid());
    return new Provisions(
        identity,
        directory.resolve("root"),
        false,
        Optional.empty(),
        new ScriptText(executable),
        Set.of(),
        "",
        new SyscallFilter(filter.bytes(), filter.summary()),
        Map.of(),
        Given.NO_GROUP);
  }

  /** The plan without some of its steps, wherever they are. */
  static UnaryOperator<JailPlan> without(Set<Class<? extends Step>> kinds) {
    return changing(step -> kinds.contains(step.getClass()) ? Optional.empty() : Optional.of(step));
  }

  /** The plan without one step, which it has. */
  static UnaryOperator<JailPlan> without(Step one) {
    return changing(step -> step.equals(one) ? Optional.empty() : Optional.of(step));
  }

  /** The plan with each step as this has it. */
  static UnaryOperator<JailPlan> changing(Change change) {
    return plan -> {
      JailPlan changed = new JailPlan(all(plan.outer(), change), all(plan.init(), change), all(plan.script(), change));
      if (changed.equals(plan)) {
        throw new AssertionError("the plan is as it was");
      }
      return changed;
    };
  }

  /** What becomes of a step. */
  interface Change {
    Optional<Step> of(Step step);
  }

  private static List<Step> all(List<Step> steps, Change change) {
    return steps.stream().flatMap(step -> change.of(step).stream()).toList();
  }

  /** The environment with one variable more. */
  static Step.Execute withVariable(Step.Execute execute, String name, String value) {
    SortedMap<String, String> environment = new TreeMap<>(execute.environment());
    environment.put(name, value);
    return new Step.Execute(execute.paths(), execute.arguments(), environment, execute.origin());
  }

  private static final class Both extends OutputStream {
    private final OutputStream one;
    private final OutputStream other;

    Both(OutputStream one, OutputStream other) {
      this.one = one;
      this.other = other;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
      one.write(bytes, offset, length);
      other.write(bytes, offset, length);
    }
  }
}
