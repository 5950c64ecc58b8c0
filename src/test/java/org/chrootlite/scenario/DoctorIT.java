package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Syscall;
import org.chrootlite.testing.Command;
import org.chrootlite.testing.UnderFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the doctor says is what happens: on this host, and in surroundings that lack something, made for the test. */
final class DoctorIT {
  private static final JsonMapper JSON = new JsonMapper();

  /** What the doctor printed for programs. */
  private record Report(int exit, JsonNode tree) {
    static Report of(Caller.Outcome outcome) {
      assertEquals("", outcome.err());
      return new Report(outcome.exit(), JSON.readTree(outcome.out()));
    }

    List<JsonNode> findings(String section) {
      List<JsonNode> found = new ArrayList<>();
      for (JsonNode finding : tree.get("findings")) {
        if (finding.get("section").asString().equals(section)) {
          found.add(finding);
        }
      }
      assertTrue(!found.isEmpty(), () -> "no section " + section + " in " + tree);
      return found;
    }

    JsonNode finding(String section, String about) {
      return findings(section).stream()
          .filter(each -> each.get("about").asString().equals(about))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + about + " in " + findings(section)));
    }

    /** All that is missing or degraded of a section. */
    List<String> gaps(String section) {
      return findings(section).stream()
          .filter(each -> !each.get("why").isNull())
          .map(each -> each.get("about").asString())
          .toList();
    }

    /** Asserts that this is missing, for this reason, with this remedy: parts of them. */
    void assertMissing(String section, String about, String why, String remedy) {
      JsonNode finding = finding(section, about);
      assertEquals("missing", finding.get("mark").asString(), tree::toString);
      assertTrue(finding.get("why").asString().contains(why), finding::toString);
      assertTrue(finding.get("remedy").asString().contains(remedy), finding::toString);
      assertEquals(1, exit);
    }
  }

  private static final String JAIL = "Sandboxes";

  private static final String EVERY_LIMIT =
      """
      limits:
        {memory: 64MB, addressSpace: 1GiB, cpuTime: 5s, wallTime: 5s, cpus: 0.5, processes: 16, openFiles: 32,
         fileSize: 1MB, output: 1MB, disk: 1MB, stack: 1MiB, coreSize: 0}
      scripts: {hello: {run: 'echo hello'}}
      """;

  static Stream<Caller> callers() {
    return Caller.all();
  }

  private static Caller ordinary() {
    return Caller.all().filter(caller -> !caller.isRoot()).findFirst().orElseThrow();
  }

  private static Report report(Caller caller, List<String> surroundings) throws Exception {
    Path directory = caller.directory();
    return Report.of(Caller.finish(caller.prepareIn(surroundings, directory, "doctor", "-o", "json")));
  }

  /**
   * Namespaces of our own, in which a shell script prepares something with all rights over them; who is an ordinary
   * user goes on as one.
   */
  private static List<String> unshared(Caller caller, String script) {
    return caller.isRoot()
        ? List.of("unshare", "-m", "sh", "-ec", script + "\nexec \"$@\"", "sh")
        : List.of(
            "unshare",
            "-cm",
            "--keep-caps",
            "sh",
            "-ec",
            script + "\nexec setpriv --ambient-caps=-all --inh-caps=-all \"$@\"",
            "sh");
  }

  /** A filter of system calls that answers one of them with an error, and lets all others through. */
  private static List<String> filtered(Path folder, Syscall call, Errno errno) throws IOException {
    int load = 0x20; // of struct seccomp_data, the number
    int jumpIfEqual = 0x15;
    int returns = 0x06;
    ByteBuffer program = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    program.putLong(load);
    program.putInt(jumpIfEqual | 1 << 24).putInt(call.number(UnderFilter.HOST));
    program.putShort((short) returns).putShort((short) 0).putInt(0x00050000 | errno.number());
    program.putShort((short) returns).putShort((short) 0).putInt(0x7fff0000);
    Path filter = Files.write(folder.resolve("filter"), program.array());
    Path under = Command.compileC(Path.of("src/test/c/under-filter.c"), folder.resolve("under-filter"));
    return List.of(under.toString(), filter.toString(), "exec");
  }

  @ParameterizedTest
  @MethodSource("callers")
  void thisHostBuildsSandboxesAndNothingIsLeftOfTheTrial(Caller caller) throws Exception {
    Path directory = caller.directory();
    Report report = Report.of(caller.run(directory, "doctor", "-o", "json"));
    assertEquals(List.of(), report.gaps(JAIL), report.tree()::toString);
    for (JsonNode finding : report.findings(JAIL)) {
      assertEquals("ok", finding.get("mark").asString(), finding::toString);
    }
    assertEquals(caller.isRoot(), report.findings(JAIL).toString().contains("host user of a run"));
    assertEquals(report.tree().get("gaps").asInt() == 0 ? 0 : 1, report.exit());
    Path running = caller.home(directory).resolve("running");
    try (Stream<Path> left = Files.list(running)) {
      assertEquals(List.of(), left.toList());
    }
    assertEquals("", caller.run(directory, "history", "-o", "json").out());
  }

  /** Each limit: the doctor's word before the run, and the result's after it. */
  @ParameterizedTest
  @MethodSource("callers")
  void whatIsSaidOfAJobsLimitsIsWhatItsRunReports(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(EVERY_LIMIT);
    Report report = Report.of(box.run("doctor", "-o", "json", "sandbox.yaml"));
    JsonNode enforced =
        Box.results(box.run("run", "-o", "json", "--allow-degraded", "hello")).getFirst().get("enforced");
    assertEquals(12, enforced.size());
    boolean allHold = true;
    for (JsonNode finding : report.findings("box/hello")) {
      String about = finding.get("about").asString();
      if (about.startsWith("limits.")) {
        String said =
            switch (finding.get("mark").asString()) {
              case "ok" -> finding.get("detail").asString().split(":", 2)[0];
              case "missing" -> "unsupported";
              case String mark -> mark;
            };
        assertEquals(enforced.get(about.substring("limits.".length())).asString(), said, about);
        allHold &= finding.get("mark").asString().equals("ok");
      }
    }
    assertEquals(allHold ? 0 : 1, report.exit(), report.tree()::toString);
    assertEquals(allHold ? 0 : 125, box.run("run", "hello").exit());
  }

  /** Without control groups nobody can keep a limit of CPUs; all else is kept in another way. */
  @ParameterizedTest
  @MethodSource("callers")
  void whereThereAreNoControlGroupsARunIsRefusedThatNeedsOneAndRunsOnRequest(Caller caller) throws Exception {
    List<String> surroundings = unshared(caller, "mount -t tmpfs -o ro none /sys/fs/cgroup");
    Box box = Box.of(caller).manifest(EVERY_LIMIT);
    Path directory = box.directory();
    Report report =
        Report.of(Caller.finish(caller.prepareIn(surroundings, directory, "doctor", "-o", "json", "sandbox.yaml")));
    assertEquals(List.of("limits.cpus"), report.gaps("box/hello"));
    assertEquals(1, report.exit());
    String remedy = report.finding("box/hello", "limits.cpus").get("remedy").asString();

    Caller.Outcome refused =
        Caller.finish(caller.prepareIn(surroundings, directory, "run", "-f", "sandbox.yaml", "hello"));
    assertEquals(125, refused.exit());
    assertEquals("", refused.out());
    assertTrue(refused.err().contains("  limits.cpus (sandbox.yaml:5) does not hold here: "), refused.err());
    assertTrue(refused.err().contains("    remedy: " + remedy + "\n"), refused.err());
    assertTrue(refused.err().contains("--allow-degraded"), refused.err());
    String recorded = box.run("history", "-o", "json").out();
    assertTrue(recorded.contains("box/hello is refused"), recorded);

    Caller.Outcome told =
        Caller.finish(
            caller.prepareIn(surroundings, directory, "run", "-f", "sandbox.yaml", "-o", "json", "hello"));
    assertEquals(125, told.exit());
    JsonNode line = new JsonMapper().readTree(told.out());
    assertEquals("setup-error", line.get("verdict").asString());
    assertTrue(line.get("evidence").asString().contains("box/hello is refused"), told.out());

    Caller.Outcome degraded =
        Caller.finish(
            caller.prepareIn(surroundings, directory, "run", "-f", "sandbox.yaml", "--allow-degraded", "hello"));
    assertEquals(0, degraded.exit(), degraded.err());
    assertEquals("hello\n", degraded.out());
    assertTrue(
        degraded.err().startsWith("chroot-lite: warning: box/hello: limits.cpus does not hold here: "),
        degraded.err());
    String last = box.run("history", "-o", "json").out().lines().toList().getLast();
    assertTrue(last.contains("\"cpus\":\"unsupported\"") && last.contains("\"memory\":\"sampled\""), last);
  }

  @Test
  void aManifestMayAskForABestEffort() throws Exception {
    Caller caller = ordinary();
    List<String> surroundings = unshared(caller, "mount -t tmpfs -o ro none /sys/fs/cgroup");
    Box box = Box.of(caller).manifest("isolation: best-effort\n" + EVERY_LIMIT);
    Caller.Outcome run =
        Caller.finish(caller.prepareIn(surroundings, box.directory(), "run", "-f", "sandbox.yaml", "hello"));
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.err().contains("warning: box/hello: limits.cpus does not hold here"), run.err());
    Report report =
        Report.of(
            Caller.finish(
                caller.prepareIn(surroundings, box.directory(), "doctor", "-o", "json", "sandbox.yaml")));
    assertTrue(report.finding("box/hello", "run").get("detail").asString().contains("best-effort"));
    assertEquals(1, report.exit());
  }

  /** As a container's /proc is. */
  @ParameterizedTest
  @MethodSource("callers")
  void aCoveredProcIsNamedAndEverythingElseIsTriedWithout(Caller caller) throws Exception {
    Report report = report(caller, unshared(caller, "mount -o bind,ro /proc/sys /proc/sys"));
    report.assertMissing(JAIL, "/proc", "EPERM (Operation not permitted): parts of the host's /proc are covered, as in"
        + " a container (/proc/sys", "--security-opt systempaths=unconfined");
    assertEquals(List.of("/proc"), report.gaps(JAIL));
    assertEquals("ok", report.finding(JAIL, "execution").get("mark").asString());
  }

  @ParameterizedTest
  @MethodSource("callers")
  void aStateDirectoryWhereNothingMayBeExecutedIsNamed(Caller caller) throws Exception {
    Path directory = caller.directory();
    String home = caller.home(directory).toString();
    // For the user's own, who has one id in his namespace: it is that of the directory around it.
    Path place = Files.createDirectory(directory.resolve("state"));
    Files.setAttribute(place, "unix:uid", Files.getAttribute(directory, "unix:uid"));
    List<String> surroundings = unshared(caller, "mount -t tmpfs -o noexec,mode=700 none '" + place + "'");
    Caller.Outcome outcome =
        Caller.finish(
            caller.prepareIn(surroundings, directory, "doctor", "-o", "json", "--home", place.toString()));
    Report report = Report.of(outcome);
    report.assertMissing(JAIL, "launcher", "Permission denied", "remount,exec");
    assertEquals("untried", report.finding(JAIL, "execution").get("mark").asString());
    Files.writeString(
        directory.resolve("box.yaml"),
        "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: box\nscripts: {hello: {run: echo hello}}\n");
    Caller.Outcome run =
        Caller.finish(
            caller.prepareIn(surroundings, directory, "run", "-f", "box.yaml", "hello", "--home", place.toString()));
    assertEquals(125, run.exit(), run.toString());
    assertTrue(run.err().contains("a launcher cannot be started") && run.err().contains("remount,exec"), run.err());
    assertTrue(Files.notExists(Path.of(home)), "another state directory was made");
  }

  /** As in a container, whose root is an overlay. */
  @ParameterizedTest
  @MethodSource("callers")
  void aStateDirectoryOnAnOverlayCanHoldNoLayers(Caller caller) throws Exception {
    Path directory = caller.directory();
    Path place = Files.createDirectory(directory.resolve("state"));
    Files.setAttribute(place, "unix:uid", Files.getAttribute(directory, "unix:uid"));
    String script =
        """
        mount -t tmpfs -o mode=700 none '%1$s'
        mkdir '%1$s/l' '%1$s/u' '%1$s/w'
        chmod 700 '%1$s/u'
        mount -t overlay -o 'userxattr,lowerdir=%1$s/l,upperdir=%1$s/u,workdir=%1$s/w' none '%1$s'
        """
            .formatted(place);
    Report report =
        Report.of(
            Caller.finish(
                caller.prepareIn(
                    unshared(caller, script), directory, "doctor", "-o", "json", "--home", place.toString())));
    report.assertMissing(JAIL, "kept layers", "cannot be laid over", "--home DIR");
    assertEquals("ok", report.finding(JAIL, "overlay").get("mark").asString());
    // A file system of its own can map owners, an overlay cannot.
    String owners = caller.isRoot() ? report.finding(JAIL, "files of root's owner").get("mark").asString() : "";
    assertEquals(caller.isRoot() ? "degraded" : "", owners);
  }

  @Test
  void userNamespacesThatAreSwitchedOffAreNamedAndSoIsEachOtherKind() throws Exception {
    Caller caller = ordinary();
    String users = "echo 0 >/proc/sys/user/max_user_namespaces";
    Report report = report(caller, unshared(caller, users));
    report.assertMissing(
        JAIL,
        "user namespace",
        "unshare: ENOSPC (No space left on device): user namespaces are switched off",
        "sudo sysctl -w user.max_user_namespaces=15000; to keep it: ");
    assertEquals(List.of("user namespace"), report.gaps(JAIL));
    assertEquals("untried", report.finding(JAIL, "execution").get("mark").asString());
    Report networks = report(caller, unshared(caller, "echo 0 >/proc/sys/user/max_net_namespaces"));
    networks.assertMissing(JAIL, "network namespace", "user.max_net_namespaces is 0", "user.max_net_namespaces=15000");
    assertEquals(List.of("network namespace"), networks.gaps(JAIL));
    assertEquals("ok", networks.finding(JAIL, "pid namespace").get("mark").asString());
  }

  /** As Docker's does with unshare, and with calls that it does not know. */
  @Test
  void aFilterOfSystemCallsIsNamedWhateverItAnswers() throws Exception {
    Caller caller = ordinary();
    Path folder = caller.directory();
    Report refused = report(caller, filtered(folder, Syscall.UNSHARE, Errno.EPERM));
    String remedy = "--security-opt seccomp=unconfined";
    refused.assertMissing(JAIL, "user namespace", "unshare: EPERM", remedy);
    Report unknown = report(caller, filtered(folder, Syscall.MOUNT_SETATTR, Errno.ENOSYS));
    unknown.assertMissing(JAIL, "mounts by descriptor", "mount_setattr: ENOSYS", remedy);
    assertEquals("ok", unknown.finding(JAIL, "user namespace").get("mark").asString());
    Report filters = report(caller, filtered(folder, Syscall.SECCOMP, Errno.EPERM));
    assertEquals(List.of("system call filter"), filters.gaps(JAIL));
  }

  @Test
  void theRootOfAUserNamespaceIsToldToRunAsAnOrdinaryUser() throws Exception {
    Report report = report(ordinary(), List.of("unshare", "-Ur"));
    report.assertMissing(JAIL, "mounts by descriptor", "that of a user namespace", "--user 1000");
  }

  @Test
  void aStateDirectoryOfSomebodyElseIsAGapAndNotTheEnd() throws Exception {
    Caller caller = ordinary();
    Path directory = caller.directory();
    Report report = Report.of(caller.run(directory, "doctor", "-o", "json", "--home", "/"));
    report.assertMissing("State", "state directory", "/ ", "--home DIR");
    assertEquals("ok", report.finding("Limits", "wallTime").get("mark").asString());
  }

  @ParameterizedTest
  @MethodSource("callers")
  void whatAManifestNeedsAndTheHostOrItsRootfsLacksIsNamed(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                scripts:
                  there: {command: [cat, /etc/passwd]}
                  elsewhere: {command: [python3, --version]}
                  nowhere: {command: [/opt/none]}
                  text: {file: text}
                ---
                apiVersion: chroot-lite/v1
                kind: Sandbox
                name: odd
                rootfs: {directory: root}
                scripts: {x: {command: [./later]}}
                """);
    Files.writeString(box.directory().resolve("text"), "echo no line\n");
    Files.createDirectories(box.directory().resolve("root"));
    Files.createFile(box.directory().resolve("root/proc"));
    Report report = Report.of(box.run("doctor", "-o", "json", "sandbox.yaml"));
    assertEquals("ok", report.finding("box/there", "program").get("mark").asString());
    report.assertMissing("box/elsewhere", "program", "python3 is not in the rootfs", "template: python");
    report.assertMissing("box/nowhere", "program", "/opt/none is not in the rootfs", "use a rootfs that has it");
    report.assertMissing("box/text", "program", "it has no #! line", "set its interpreter in the manifest");
    assertEquals("note", report.finding("odd/x", "program").get("mark").asString());
    report.assertMissing("odd (sandbox.yaml)", "jail", "/proc of the rootfs is no directory", "make it one");
    assertEquals("ok", report.finding("box (sandbox.yaml)", "jail").get("mark").asString());
    assertEquals("", box.run("list", "-o", "name").out());
  }
}
