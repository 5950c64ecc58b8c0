package org.chrootlite.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.chrootlite.diagnostic.DiagnosticPrinter;
import org.chrootlite.model.Action;
import org.chrootlite.model.FileLocks;
import org.chrootlite.model.Isolation;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Network;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Rootfs;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.model.Stdin;
import org.chrootlite.model.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SandboxReaderTest {
  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: mybox\n";

  @TempDir Path folder = Path.of("");

  private String file = "";

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("sandbox.yaml").toString();
  }

  private Sandbox read(String body) throws IOException {
    Files.writeString(Path.of(file), HEAD + body);
    Reading reading = Manifests.read(List.of(file), Set.of("base", "python"));
    assertEquals("", new DiagnosticPrinter(reading.sources(), true, false).print(reading.diagnostics()));
    assertEquals(1, reading.sandboxes().size());
    return reading.sandboxes().getFirst();
  }

  private Script script(String body) throws IOException {
    return read(body).scripts().getFirst();
  }

  private Origin line(int line, String setting) {
    return new Origin.Line(file, line, setting);
  }

  private <T> Setting<T> at(int line, String setting, T value) {
    return new Setting<>(value, line(line, setting));
  }

  private static <T> Setting<T> byDefault(String setting, T value) {
    return new Setting<>(value, new Origin.Default(setting));
  }

  @Test
  void aManifestWithNothingButANameGetsAllDefaults() throws IOException {
    Sandbox expected =
        new Sandbox(
            file,
            at(3, "name", "mybox"),
            "",
            new TreeMap<>(),
            byDefault("isolation", Isolation.STRICT),
            byDefault("hardening.locks", FileLocks.ALLOW),
            new Rootfs(
                byDefault("rootfs.template", new RootfsSource.Template("base")),
                byDefault("rootfs.writes", Rootfs.Writes.DISCARD)),
            new Limits(
                List.of(
                    new Limit(LimitKind.WALL_TIME, 60_000_000_000L, new Origin.Default("limits.wallTime")),
                    new Limit(LimitKind.DISK, 1L << 30, new Origin.Default("limits.disk")))),
            byDefault("network", Network.NONE),
            List.of(),
            new TreeMap<>(),
            byDefault("workdir", "/work"),
            byDefault("user", new User(65_534, 65_534)),
            byDefault("hostname", "mybox"),
            List.of());
    assertEquals(expected, read(""));
  }

  @ParameterizedTest
  @CsvSource({"allow, ALLOW", "deny, DENY"})
  void fileLocksAreAChoice(String written, FileLocks locks) throws IOException {
    assertEquals(at(4, "hardening.locks", locks), read("hardening: {locks: " + written + "}\n").fileLocks());
  }

  @ParameterizedTest
  @CsvSource({"discard, DISCARD", "keep, KEEP", "deny, DENY"})
  void writesToTheRootAreDiscardedKeptOrDenied(String text, Rootfs.Writes writes) throws IOException {
    Sandbox sandbox = read("rootfs: {writes: " + text + "}\n");
    assertEquals(at(4, "rootfs.writes", writes), sandbox.rootfs().writes());
  }

  @Test
  void everythingOfTheContractIsReadWithItsLine() throws IOException {
    Files.createDirectory(folder.resolve("data"));
    Files.writeString(folder.resolve("primes.py"), "print(2)\n");
    Files.writeString(folder.resolve("numbers.txt"), "1\n");
    Sandbox sandbox =
        read(
            """
            description: What it is for
            labels: {course: cs101}
            isolation: best-effort
            rootfs:
              template: python
              writes: deny
            limits:
              memory: 128MB
              addressSpace: 1GiB
              cpuTime: 20s
              wallTime: 30s
              cpus: 1.5
              processes: 32
              openFiles: 64
              fileSize: 16MB
              output: 1MB
              disk: 64MB
              stack: 8MiB
              coreSize: 0
            network: host
            mounts:
              - {source: ./data, target: /data}
              - {tmpfs: /scratch//x/./y/, size: 16MB}
              - {source: data, target: /out, readOnly: false}
            environment: {LANG: C.UTF-8, MODE: slow}
            workdir: /home/me
            user: {uid: 0, gid: 4294967294}
            hostname: other.example
            scripts:
              primes:
                file: primes.py
                interpreter: [python3]
                args: ["1000"]
                stdin: numbers.txt
                environment: {MODE: fast}
                limits: {wallTime: 5s}
                artifacts: [/work/result.csv]
            """);
    assertEquals("What it is for", sandbox.description());
    assertEquals(Map.of("course", "cs101"), sandbox.labels());
    assertEquals(at(6, "isolation", Isolation.BEST_EFFORT), sandbox.isolation());
    assertEquals(at(8, "rootfs.template", new RootfsSource.Template("python")), sandbox.rootfs().source());
    assertEquals(at(9, "rootfs.writes", Rootfs.Writes.DENY), sandbox.rootfs().writes());
    assertEquals(at(23, "network", Network.HOST), sandbox.network());
    assertEquals(
        List.of(
            new Mount.Bind(folder.resolve("data"), "/data", true, line(25, "mounts[0]")),
            new Mount.Tmpfs("/scratch/x/y", 16_000_000, line(26, "mounts[1]")),
            new Mount.Bind(folder.resolve("data"), "/out", false, line(27, "mounts[2]"))),
        sandbox.mounts());
    assertEquals(
        Map.of("LANG", at(28, "environment.LANG", "C.UTF-8"), "MODE", at(28, "environment.MODE", "slow")),
        sandbox.environment());
    assertEquals(at(29, "workdir", "/home/me"), sandbox.workdir());
    assertEquals(at(30, "user", new User(0, 4_294_967_294L)), sandbox.user());
    assertEquals(at(31, "hostname", "other.example"), sandbox.hostname());
    List<Limit> limits = new ArrayList<>();
    long[] values = {
      128_000_000, 1L << 30, 20_000_000_000L, 30_000_000_000L, 1500, 32, 64, 16_000_000, 1_000_000, 64_000_000,
      8L << 20, 0
    };
    for (LimitKind kind : LimitKind.values()) {
      limits.add(
          new Limit(kind, values[limits.size()], line(11 + limits.size(), "limits." + kind.key())));
    }
    assertEquals(new Limits(limits), sandbox.limits());
    Script expected =
        new Script(
            "primes",
            at(34, "scripts.primes.file", new Action.File(folder.resolve("primes.py"), List.of("python3"))),
            List.of("1000"),
            at(37, "scripts.primes.stdin", new Stdin.File(folder.resolve("numbers.txt"))),
            new TreeMap<>(
                Map.of(
                    "LANG",
                    at(28, "environment.LANG", "C.UTF-8"),
                    "MODE",
                    at(38, "scripts.primes.environment.MODE", "fast"))),
            sandbox
                .limits()
                .with(
                    new Limits(
                        List.of(
                            new Limit(
                                LimitKind.WALL_TIME, 5_000_000_000L, line(39, "scripts.primes.limits.wallTime"))))),
            List.of(at(40, "scripts.primes.artifacts[0]", "/work/result.csv")),
            line(33, "scripts.primes"));
    assertEquals(List.of(expected), sandbox.scripts());
  }

  @Test
  void aShellScriptKeepsItsTextAndReadsTheCallersInput() throws IOException {
    Script script = script("scripts:\n  hello:\n    run: |\n      echo a\n      echo b\n");
    assertEquals(at(6, "scripts.hello.run", new Action.Shell("echo a\necho b\n")), script.action());
    assertEquals(byDefault("scripts.hello.stdin", new Stdin.Caller()), script.stdin());
  }

  @Test
  void aCommandIsAnArgumentVectorAndInputMayBeText() throws IOException {
    Script script = script("scripts:\n  a:\n    command: [wc, -l]\n    stdin: {text: \"a\\0b\"}\n");
    assertEquals(at(6, "scripts.a.command", new Action.Command(List.of("wc", "-l"))), script.action());
    assertEquals(at(7, "scripts.a.stdin", new Stdin.Text("a\0b")), script.stdin());
  }

  @Test
  void scriptsKeepTheirOrder() throws IOException {
    Sandbox sandbox = read("scripts:\n  c: {run: x}\n  a: {run: x}\n  b: {run: x}\n");
    assertEquals(List.of("c", "a", "b"), sandbox.scripts().stream().map(Script::name).toList());
  }

  @Test
  void aWallTimeOfZeroIsNoLimitAndAlsoLiftsTheSandboxs() throws IOException {
    assertEquals(Optional.empty(), read("limits: {wallTime: 0}\n").limits().get(LimitKind.WALL_TIME));
    Sandbox sandbox = read("limits: {wallTime: 5s}\nscripts:\n  a: {run: x, limits: {wallTime: 0s}}\n");
    assertEquals(5_000_000_000L, sandbox.limits().get(LimitKind.WALL_TIME).orElseThrow().value());
    assertEquals(Optional.empty(), sandbox.scripts().getFirst().limits().get(LimitKind.WALL_TIME));
  }

  @Test
  void aTmpfsWithoutASizeHas64MiB() throws IOException {
    Sandbox sandbox = read("mounts: [{tmpfs: /scratch}]\n");
    assertEquals(List.of(new Mount.Tmpfs("/scratch", 64L << 20, line(4, "mounts[0]"))), sandbox.mounts());
  }

  @Test
  void aDirectoryOfTheHostIsRelativeToTheManifest() throws IOException {
    Files.createDirectory(folder.resolve("my-rootfs"));
    Sandbox sandbox = read("rootfs: {directory: ./my-rootfs}\n");
    assertEquals(
        at(4, "rootfs.directory", new RootfsSource.Directory(folder.resolve("my-rootfs"))),
        sandbox.rootfs().source());
  }

  @Test
  void yesAndOctalLookingTextInQuotesStayTextAsInYaml12() throws IOException {
    Sandbox sandbox = read("environment: {A: yes, B: \"0755\", C: 1_000, D: 12:30}\n");
    List<String> values = sandbox.environment().values().stream().map(Setting::value).toList();
    assertEquals(List.of("yes", "0755", "1_000", "12:30"), values);
  }

  @Test
  void anAliasStandsForItsValue() throws IOException {
    Sandbox sandbox =
        read("scripts:\n  a: {run: x, limits: &l {cpuTime: 1s}}\n  b: {run: y, limits: *l}\n");
    for (Script script : sandbox.scripts()) {
      assertEquals(1_000_000_000L, script.limits().get(LimitKind.CPU_TIME).orElseThrow().value());
    }
  }
}
