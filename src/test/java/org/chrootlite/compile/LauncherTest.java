package org.chrootlite.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.chrootlite.compile.machine.Executable;
import org.chrootlite.compile.machine.LoadedFile;
import org.chrootlite.compile.machine.Operation;
import org.chrootlite.compile.machine.OperationText;
import org.chrootlite.compile.step.Step;
import org.chrootlite.host.Host;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.Action;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Network;
import org.chrootlite.model.Origin;
import org.chrootlite.testing.Command;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Launchers as a whole: their bytes, what they do on this kernel, and what they report. */
class LauncherTest {
  private static final int OPERATION_SIZE = 48;
  private static final Origin ORIGIN = new Origin.Line("sandbox.yaml", 9, "mounts");

  @TempDir private Path directory;
  private Path status;
  private Path rootfs;

  /** As a run's directory is: the launcher may be anybody by the time that it mounts on {@code jail}. */
  @BeforeEach
  void prepare() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    status = Files.createFile(directory.resolve("status"));
    Files.writeString(directory.resolve(Launcher.SUPERVISOR), "1 (test) S ");
    Files.createDirectory(directory.resolve("jail"));
    rootfs = Files.createDirectory(directory.resolve("rootfs"));
    for (String name : List.of("usr", "opt", "etc")) {
      Files.createDirectory(rootfs.resolve(name));
    }
    for (String name : List.of("bin", "lib", "lib64")) {
      Files.createSymbolicLink(rootfs.resolve(name), Path.of("usr", name));
    }
    Files.writeString(rootfs.resolve("etc/hosts"), "127.0.0.1 localhost\n");
  }

  private static Launcher compile(Sandboxes.Case subject, Architecture architecture) {
    return Launcher.compile(JailPlanner.plan(subject.sandbox(), subject.script(), subject.provisions()), architecture);
  }

  /** A case that this host can run, with the host's own programs. */
  private Sandboxes.Case onThisHost(Host host, Network network, Action action, List<Mount> mounts, Limit... limits) {
    List<Mount> all = new ArrayList<>(mounts);
    all.addFirst(new Mount.Bind(Path.of("/usr"), "/usr", true, ORIGIN));
    return Sandboxes.on(host, Sandboxes.identity(host), rootfs, network, action, all, List.of(limits));
  }

  private Sandboxes.Case onThisHost(Host host, String shell, List<Mount> mounts, Limit... limits) {
    return onThisHost(host, Network.NONE, new Action.Shell(shell), mounts, limits);
  }

  private Executable.Outcome run(Launcher launcher, Architecture architecture) {
    return Executable.run(launcher.executable(), architecture, directory);
  }

  /** The records of the status file, of which each kind has its size. */
  private List<ByteBuffer> records() throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(status)).order(ByteOrder.LITTLE_ENDIAN);
    List<ByteBuffer> records = new ArrayList<>();
    while (all.hasRemaining()) {
      int size = all.getLong(all.position()) == Cells.ENDED ? Cells.ENDED_SIZE : Cells.FAILED_SIZE;
      records.add(all.slice(all.position(), size).order(ByteOrder.LITTLE_ENDIAN));
      all.position(all.position() + size);
    }
    return records;
  }

  private Launcher.Failure failure(Launcher launcher, Errno error) throws IOException {
    List<ByteBuffer> records = records();
    assertEquals(Cells.FAILED, records.getFirst().getLong(0));
    assertEquals(-error.number(), records.getFirst().getLong(16));
    return launcher.failureAt(records.getFirst().getLong(8)).orElseThrow();
  }

  @Test
  void theOperationsOfASmallPlanReadAsExpected() {
    Limit limit = new Limit(LimitKind.FILE_SIZE, 16_000_000, new Origin.Line("sandbox.yaml", 5, "limits.fileSize"));
    Mount mount = new Mount.Bind(Path.of("/host/data"), "/data", true, ORIGIN);
    Launcher launcher = compile(Sandboxes.of(List.of(mount), List.of(limit)), Architecture.X86_64);
    Golden.assertMatches("launcher/operations.txt", OperationText.of(launcher.program()));
  }

  @ParameterizedTest
  @EnumSource
  void theSamePlanGivesTheSameBytes(Architecture architecture) {
    Sandboxes.Case subject = Sandboxes.of(List.of(), List.of());
    Launcher launcher = compile(subject, architecture);
    assertArrayEquals(launcher.executable(), compile(subject, architecture).executable());
    assertEquals(launcher.size(), launcher.executable().length);
    assertTrue(launcher.size() < 30_000, "a small plan gives a small launcher");
  }

  @ParameterizedTest
  @EnumSource
  void everyOperationOfAStepIsMappedBackToIt(Architecture architecture) {
    Launcher launcher = compile(Sandboxes.of(List.of(), List.of()), architecture);
    LoadedFile file = new LoadedFile(launcher.executable());
    long table = file.segment(4).address() + file.segment(5).fileSize();
    List<Operation> operations = launcher.program().operations();
    Set<Integer> found = new TreeSet<>();
    for (int i = 0; i < operations.size(); i++) {
      var failure = launcher.failureAt(table + (long) i * OPERATION_SIZE);
      boolean isOfAStep = i > 0 && i < operations.size() - 2;
      assertEquals(isOfAStep, failure.isPresent());
      if (failure.isPresent()) {
        int number = failure.get().number();
        assertEquals(operations.get(i), failure.get().operation());
        assertEquals(launcher.plan().steps().get(number - 1), failure.get().step());
        found.add(number);
      }
    }
    assertEquals(launcher.plan().steps().size(), found.size(), "every step does something");
    assertFalse(launcher.failureAt(0).isPresent());
    assertFalse(launcher.failureAt(table + (long) operations.size() * OPERATION_SIZE).isPresent());
    assertFalse(launcher.failureAt(table + 1).isPresent());
  }

  @Test
  void aScriptRunsInItsJailAndItsEndIsReported() throws IOException {
    Host host = Host.current();
    String script = "echo \"$(hostname) $(id -u) $$ $HOME $(pwd)\"; ls /proc/self/fd | tr '\\n' ' '; exit 3";
    Launcher launcher = compile(onThisHost(host, script, List.of()), host.architecture());
    Executable.Outcome outcome = run(launcher, host.architecture());
    assertEquals(new Executable.Outcome(0, "box 65534 2 /work /work\n0 1 2 3 ", ""), outcome);
    ByteBuffer record = records().getFirst();
    assertEquals(1, records().size());
    assertEquals(Cells.ENDED, record.getLong(0));
    assertEquals(3 << 8, record.getInt(Cells.ENDED_STATUS));
    assertEquals(0, record.getLong(Cells.ENDED_TIMED_OUT));
    assertTrue(record.getLong(Cells.ENDED_STOP) >= record.getLong(Cells.ENDED_START));
  }

  @Test
  void mountsMayLieDeepInTheRootAndInEachOther() throws IOException {
    Host host = Host.current();
    List<Mount> mounts =
        List.of(new Mount.Tmpfs("/opt/new/data", 65536, ORIGIN), new Mount.Tmpfs("/opt/new/data/in/it", 65536, ORIGIN));
    String script = "echo x > /opt/new/data/in/it/x; cat /opt/new/data/in/it/x; ls /opt/new/data";
    Launcher launcher = compile(onThisHost(host, script, mounts), host.architecture());
    Executable.Outcome outcome = run(launcher, host.architecture());
    assertEquals(new Executable.Outcome(0, "x\nin\n", ""), outcome);
  }

  @Test
  void theHostsResolverIsWrittenIntoARootThatBelongsToSomebodyElse() throws IOException {
    Host host = Host.current();
    Action action = new Action.Shell("cat /etc/resolv.conf /etc/hosts");
    Sandboxes.Case subject = onThisHost(host, Network.HOST, action, List.of());
    Executable.Outcome outcome = run(compile(subject, host.architecture()), host.architecture());
    assertEquals(new Executable.Outcome(0, "nameserver 9.9.9.9\n127.0.0.1 localhost\n", ""), outcome);
  }

  @Test
  void mountsMayLieBesideTheScriptWhichStaysReadOnly() throws IOException {
    Host host = Host.current();
    List<Mount> mounts = List.of(new Mount.Tmpfs("/run/data", 65536, ORIGIN));
    String script = "ls /run | tr '\\n' ' '; echo x > /run/data/x; cat /run/data/x; chmod u+w /run/script";
    Launcher launcher = compile(onThisHost(host, script, mounts), host.architecture());
    Executable.Outcome outcome = run(launcher, host.architecture());
    assertEquals("data script x\n", outcome.output());
    assertTrue(outcome.errors().contains("Read-only file system"), outcome.errors());
  }

  @Test
  void aLinkOfTheRootStaysOneWhenSomethingIsMountedBehindIt() throws IOException {
    Host host = Host.current();
    Files.createSymbolicLink(rootfs.resolve("out"), Path.of("../../../opt"));
    List<Mount> mounts = List.of(new Mount.Tmpfs("/out", 65536, ORIGIN));
    String script = "readlink /out; echo x > /opt/x; cat /out/x; ls -A /tmp";
    Sandboxes.Case there = placed(onThisHost(host, script, mounts), Map.of("/out", "/opt"));
    Executable.Outcome outcome = run(compile(there, host.architecture()), host.architecture());
    assertEquals(new Executable.Outcome(0, "../../../opt\nx\n", ""), outcome);
    try (var files = Files.list(rootfs.resolve("opt"))) {
      assertEquals(List.of(), files.toList(), "the root itself is never written to");
    }
  }

  @Test
  void aLinkThatThePlanDoesNotKnowEndsTheRunBeforeItsScript() throws IOException {
    Host host = Host.current();
    Files.createSymbolicLink(rootfs.resolve("out"), Path.of("opt"));
    List<Mount> mounts = List.of(new Mount.Tmpfs("/out/in", 65536, ORIGIN));
    Launcher launcher = compile(onThisHost(host, "echo no", mounts), host.architecture());
    assertEquals("", run(launcher, host.architecture()).output());
    assertEquals(-Errno.ELOOP.number(), records().getFirst().getLong(16));
  }

  private static Sandboxes.Case placed(Sandboxes.Case subject, Map<String, String> places) {
    Provisions p = subject.provisions();
    Provisions placed =
        new Provisions(
            p.identity(), p.rootfs(), p.isTemplate(), p.layer(), p.script(), p.files(), p.resolver(), p.filter(),
            p.hardLimits(), p.powers(), new Places(places), p.hostMounts());
    return new Sandboxes.Case(subject.sandbox(), subject.script(), placed);
  }

  @Test
  void theWallTimeLimitEndsAScriptThatIgnoresIt() throws IOException {
    Host host = Host.current();
    Limit limit = new Limit(LimitKind.WALL_TIME, 100_000_000, Origin.ALWAYS);
    String script = "trap '' TERM; echo on; while :; do sleep 0.05; done";
    Launcher launcher = compile(onThisHost(host, script, List.of(), limit), host.architecture());
    assertEquals(new Executable.Outcome(0, "on\n", ""), run(launcher, host.architecture()));
    ByteBuffer record = records().getFirst();
    assertEquals(Signal.SIGKILL.number(), record.getInt(Cells.ENDED_STATUS));
    assertEquals(1, record.getLong(Cells.ENDED_TIMED_OUT));
  }

  @Test
  void aScriptCannotPretendThatItRanOutOfTime() throws IOException {
    Host host = Host.current();
    Launcher launcher = compile(onThisHost(host, "kill -ALRM 1; sleep 5", List.of()), host.architecture());
    run(launcher, host.architecture());
    ByteBuffer record = records().getFirst();
    assertEquals(Signal.SIGTERM.number(), record.getInt(Cells.ENDED_STATUS));
    assertEquals(0, record.getLong(Cells.ENDED_TIMED_OUT));
  }

  @Test
  void aFailedStepOfInitIsReportedAndTheScriptDoesNotRun() throws IOException {
    Files.delete(directory.resolve("jail"));
    Host host = Host.current();
    Launcher launcher = compile(onThisHost(host, "echo never", List.of()), host.architecture());
    Executable.Outcome outcome = run(launcher, host.architecture());
    assertEquals("", outcome.output());
    Launcher.Failure failure = failure(launcher, Errno.ENOENT);
    assertInstanceOf(Step.MountScratch.class, failure.step());
    assertInstanceOf(Operation.SystemCall.class, failure.operation());
  }

  @Test
  void aLimitOfTheCallersThatCutsTheScriptShortIsNamed() throws IOException {
    Host host = Host.current();
    Launcher launcher = compile(onThisHost(host, "# ".repeat(3000), List.of()), host.architecture());
    Files.write(directory.resolve("launcher"), launcher.executable());
    assertTrue(directory.resolve("launcher").toFile().setExecutable(true, false));
    // bash counts in KiB.
    Command.output("bash", "-c", "cd '" + directory + "' && (ulimit -f 4; ./launcher; true)");
    assertInstanceOf(Step.PlaceScript.class, failure(launcher, Errno.EFBIG).step());
  }

  @Test
  void aFailedStepOfTheScriptsProcessIsReportedThroughInit() throws IOException {
    Host host = Host.current();
    Action action = new Action.Command(List.of("no-such-program"));
    Launcher launcher = compile(onThisHost(host, Network.NONE, action, List.of()), host.architecture());
    Executable.Outcome outcome = run(launcher, host.architecture());
    assertEquals(new Executable.Outcome(0, "", ""), outcome);
    assertInstanceOf(Step.Execute.class, failure(launcher, Errno.ENOENT).step());
    assertEquals(2, records().size());
    assertEquals(125 << 8, records().getLast().getInt(Cells.ENDED_STATUS));
  }

  @Test
  void withAStreamClosedNothingRuns() throws IOException {
    Host host = Host.current();
    Launcher launcher = compile(onThisHost(host, "echo never", List.of()), host.architecture());
    Files.write(directory.resolve("launcher"), launcher.executable());
    assertTrue(directory.resolve("launcher").toFile().setExecutable(true, false));
    // Descriptor 0 would be the status file, and 3 something else.
    assertEquals("125\n", Command.output("bash", "-c", "cd '" + directory + "' && (./launcher <&-; echo $?)"));
    assertEquals(List.of(), records());
  }

  @Test
  void withoutAStatusFileNothingRuns() throws IOException {
    Files.delete(status);
    Host host = Host.current();
    Launcher launcher = compile(onThisHost(host, "echo never", List.of()), host.architecture());
    assertEquals(new Executable.Outcome(125, "", ""), run(launcher, host.architecture()));
  }

  @Test
  void onAarch64ItGoesAsFarAsTheEmulatorKnowsTheCallsOfRoot() throws IOException {
    // The emulator passes no openat2 on.
    Launcher.Failure failure = underEmulation(new Provisions.Identity.Slot(2_000_000_000L, false), Errno.ENOSYS);
    assertInstanceOf(Step.TakeTree.class, failure.step());
    assertEquals(Syscall.OPENAT2, ((Operation.SystemCall) failure.operation()).call());
  }

  @Test
  void onAarch64ItGoesAsFarAsTheEmulatorKnowsTheCallsOfAnOrdinaryCaller() throws IOException {
    // The emulator has a thread of its own; a process that has two may not unshare its user, see unshare(2).
    Launcher.Failure failure = underEmulation(new Provisions.Identity.Caller(1000, 1000), Errno.EINVAL);
    assertInstanceOf(Step.NewNamespaces.class, failure.step());
    assertEquals(Syscall.UNSHARE, ((Operation.SystemCall) failure.operation()).call());
  }

  private Launcher.Failure underEmulation(Provisions.Identity identity, Errno error) throws IOException {
    Action action = new Action.Shell("echo never");
    Sandboxes.Case subject =
        Sandboxes.on(Host.current(), identity, rootfs, Network.NONE, action, List.of(), List.of());
    Launcher launcher = compile(subject, Architecture.AARCH64);
    assertEquals(new Executable.Outcome(125, "", ""), run(launcher, Architecture.AARCH64));
    assertEquals(1, records().size());
    return failure(launcher, error);
  }
}
