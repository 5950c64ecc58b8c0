package org.chrootlite.scenario.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.Decisions;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.model.Action;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.run.Report;
import org.chrootlite.run.Reports;
import org.chrootlite.testing.Command;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Launchers for 64-bit ARM, on Debian's kernel for it. */
class OtherProcessorIT {
  private static final String SANDBOX =
      """
      apiVersion: chroot-lite/v1
      kind: Sandbox
      name: box
      hostname: elsewhere
      limits: {openFiles: 64, fileSize: 1MB, coreSize: 0, wallTime: 60s}
      scripts:
        who:
          run: |
            uname -m
            hostname
            id -u
            echo "$0 in $(pwd)"
            exit 7
        probe: {file: probe, args: [/busybox]}
      """;

  /** Where the runs are, on the disk of the machine. */
  private static final String RUNS = "opt/runs";

  private static final Path ROOTFS = Path.of("/opt/rootfs");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final Decisions DECISIONS =
      new Decisions(SeccompFilter.forArchitecture(Architecture.AARCH64), Architecture.AARCH64);

  private static final Map<String, Launcher> launchers = new LinkedHashMap<>();
  private static VirtualMachine.Results results;

  @BeforeAll
  static void boot(@TempDir Path work) throws Exception {
    Path root = work.resolve("root");
    for (String name : List.of("bin", "etc", "opt/rootfs/bin", "root", "tmp", "usr", "var")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.writeString(root.resolve("etc/passwd"), "user:x:1000:1000::/:/bin/sh\n");
    Path probe = compileC("src/test/resources/scenario/probe.c", work.resolve("probe"));
    Files.copy(probe, root.resolve("opt/probe"), StandardCopyOption.COPY_ATTRIBUTES);
    Sandbox sandbox = Given.sandboxes(Files.writeString(work.resolve("sandbox.yaml"), SANDBOX)).getFirst();
    Provisions.Identity slot = new Provisions.Identity.Slot(2_000_000_000L, true);
    Provisions.Identity caller = new Provisions.Identity.Caller(1000, 1000);
    for (Script script : sandbox.scripts()) {
      add(root, "root-" + script.name(), sandbox, script, slot);
      add(root, "user-" + script.name(), sandbox, script, caller);
    }
    add(root, "root-broken", sandbox, sandbox.scripts().getFirst(), slot);
    Files.delete(root.resolve(RUNS).resolve("root-broken/jail"));
    Path filter = Files.createDirectory(root.resolve("opt/filter"));
    compileC("src/test/c/under-filter.c", filter.resolve("under-filter"));
    Files.write(filter.resolve("filter"), DECISIONS.program().bytes());
    Files.writeString(filter.resolve("calls"), DECISIONS.calls());
    String task = Files.readString(Path.of("src/test/resources/scenario/machine/launchers.sh"));
    results = VirtualMachine.run(Architecture.AARCH64, root, task, work, LIMIT);
    assertEquals(0, results.exit(), results.console());
  }

  private static Path compileC(String source, Path target) {
    Command.output("aarch64-linux-gnu-gcc", "-O1", "-static", "-Wall", "-Wextra", "-Werror", "-o", target.toString(),
        source);
    return target;
  }

  /** Puts a run on the disk: its launcher, which this machine compiles, and what it finds beside it. */
  private static void add(Path root, String run, Sandbox sandbox, Script script, Provisions.Identity identity)
      throws IOException {
    byte[] text =
        switch (script.action().value()) {
          case Action.Shell(String shell) -> shell.getBytes(UTF_8);
          case Action.File file -> Files.readAllBytes(file.path());
          case Action.Command _ -> new byte[0];
        };
    SeccompFilter filter = SeccompFilter.forArchitecture(Architecture.AARCH64);
    Provisions provisions =
        new Provisions(identity, ROOTFS, false, Optional.empty(), new ScriptText(text), Set.of(), "",
            new SyscallFilter(filter.bytes(), filter.summary()), Map.of(), Given.NO_GROUP);
    Launcher launcher = Launcher.compile(JailPlanner.plan(sandbox, script, provisions), Architecture.AARCH64);
    Path directory = Files.createDirectories(root.resolve(RUNS).resolve(run));
    Files.createFile(directory.resolve("status"));
    Files.createDirectory(directory.resolve("jail"));
    // Nothing of this machine supervises it there.
    Files.writeString(directory.resolve(Launcher.SUPERVISOR), "1 (init) S ");
    Path executable = Files.write(directory.resolve("launcher"), launcher.executable());
    Command.output("chmod", "711", directory.toString(), executable.toString());
    launchers.put(run, launcher);
  }

  private static Report report(String run) throws IOException {
    Launcher launcher = launchers.get(run);
    if (launcher == null) {
      throw new AssertionError("no launcher for " + run);
    }
    return Reports.read(results.directory().resolve(run + ".status"), launcher);
  }

  private static Report.End end(String run) throws IOException {
    Report report = report(run);
    assertEquals(Optional.empty(), report.failure());
    return report.end().orElseThrow(() -> new AssertionError(report + results.console()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "user"})
  void aScriptRunsAndTheReportTellsHowItEnded(String caller) throws IOException {
    assertEquals("aarch64\nelsewhere\n65534\n/run/script in /work\n", results.text(caller + "-who.out"));
    Report.End end = end(caller + "-who");
    assertEquals(0, end.signal());
    assertEquals(7, end.exitCode());
    assertTrue(end.wallTime() > 0 && end.cpuTime() > 0 && end.maxMemory() > 100_000, end::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "user"})
  void aScriptHoldsNothingAndIsRefusedEverything(String caller) throws IOException {
    assertEquals(0, end(caller + "-probe").exitCode(), results.text(caller + "-probe.out"));
    Map<String, String> inside = answers(caller + "-probe.out");
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("descriptors", "0=pipe 1=pipe 2=pipe");
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "SigBlk", "SigIgn")) {
      expected.put(set, "0".repeat(16));
    }
    expected.putAll(Map.of("NoNewPrivs", "1", "Seccomp", "2", "umask", "022", "cwd", "/work", "session", "own"));
    expected.putAll(Map.of("processes", "1 2", "interfaces", "lo", "loopback", "ok", "outside", "ENETUNREACH"));
    expected.putAll(Map.of("read /busybox", "ENOENT", "hard files", "64", "raise files", "EPERM"));
    Map<String, String> seen = new LinkedHashMap<>(inside);
    seen.keySet().retainAll(expected.keySet());
    assertEquals(expected, seen);
    Map<String, String> tried = forbidden(inside);
    assertTrue(tried.size() > 30, tried::toString);
    // It may ask for signals to another process; it is sending them that is refused.
    assertEquals("ok", tried.remove("owner 1"));
    tried.forEach((call, answer) -> assertTrue(answer.matches("E[A-Z]+"), call + " is " + answer));
  }

  @Test
  void withoutAJailTheSameCallsAreMade() throws IOException {
    Map<String, String> outside = answers("outside.out");
    assertEquals("ok", outside.get("read /busybox"));
    for (String call : List.of("unshare user", "mount", "chroot", "kill 1", "pidfd_open 1", "keyctl")) {
      assertEquals("ok", forbidden(outside).get(call), call);
    }
  }

  @Test
  void aStepThatFailsIsNamed() throws IOException {
    Report.Failed failed = report("root-broken").failure().orElseThrow();
    assertEquals(Errno.ENOENT.number(), failed.errno());
    assertInstanceOf(Step.MountScratch.class, failed.at().step());
  }

  @Test
  void theKernelDecidesOnEveryNumberAsTheSimulatorDoes() throws IOException {
    DECISIONS.check(results.text("decisions").lines().toList());
  }

  private static Map<String, String> answers(String file) throws IOException {
    Map<String, String> answers = new LinkedHashMap<>();
    for (String line : results.text(file).lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        answers.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return answers;
  }

  /** What the probe tries last, from {@code unshare user} on, no script may do. */
  private static Map<String, String> forbidden(Map<String, String> answers) {
    Map<String, String> tried = new LinkedHashMap<>(answers);
    for (String name : answers.keySet()) {
      if (name.equals("unshare user")) {
        break;
      }
      tried.remove(name);
    }
    return tried;
  }
}
