package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chrootlite.testing.Command;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What a script finds when it starts, and what it is refused. The same probe outside, first, does see the host. */
final class IsolationIT {
  private static final String USERS =
      """
      kind: Sandbox
      apiVersion: chroot-lite/v1
      name: %s
      limits: {openFiles: 64, fileSize: 1MB, coreSize: 0, wallTime: 20s}
      user: {uid: %d, gid: %d}
      scripts:
        %s: {file: probe, args: ["%s", "%s"]}
      """;

  private static final List<String> FORBIDDEN =
      List.of(
          "unshare user", "unshare mount", "mount", "bind", "umount /proc/sys", "umount /proc/keys", "remount /",
          "chroot", "pivot_root", "mknod", "mknod block", "setuid", "setgroups", "sethostname", "capset", "kill 1",
          "probe 1", "tgkill 1", "pidfd_open 1", "ptrace 1", "process_vm_readv 1", "keyctl", "add_key", "bpf", "perf",
          "userfaultfd", "io_uring", "open_by_handle_at", "AF_PACKET", "AF_ALG", "AF_VSOCK", "raw socket", "TIOCSTI",
          "syslog", "no_new_privs");

  private static final List<String> UNREADABLE =
      List.of(
          "kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "interrupts", "1/environ",
          "1/maps", "1/mem", "1/auxv", "1/stack");

  private static final List<String> UNWRITABLE =
      List.of(
          "sys/kernel/core_pattern", "sys/kernel/hostname", "sys/kernel/domainname", "sys/vm/overcommit_memory",
          "sys/net/ipv4/ip_forward", "sys/kernel/ns_last_pid", "sysrq-trigger", "irq/default_smp_affinity",
          "self/setgroups", "1/oom_score_adj", "1/mem");

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aScriptHoldsNothingAndIsRefusedEverything(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Path probe = box.program("probe");
    Path secret = Files.writeString(box.directory().resolve("secret"), "of the host");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    String socket = "chroot-lite-it-" + ProcessHandle.current().pid() + caller.isRoot();
    String nobody = USERS.formatted("nobody", 65534, 65534, "asNobody", secret, socket);
    String root = USERS.formatted("root", 0, 0, "asRoot", secret, socket);
    Files.writeString(box.directory().resolve("sandbox.yaml"), nobody + "---\n" + root);
    Process listener = listen(socket);
    Box.Answers outside;
    Box.Results results;
    try {
      outside = Box.Answers.of(Command.output("env", "OUTSIDE=1", probe.toString(), secret.toString(), socket));
      results = box.results("--parallel", "2");
    } finally {
      listener.destroy();
    }

    assertEquals("ok", outside.get("read " + secret), "the probe reads what is there");
    assertEquals("ok", outside.get("abstract socket"), "the probe reaches what is there");
    assertTrue(List.of(outside.get("processes").split(" ", -1)).contains(Long.toString(listener.pid())));
    assertEquals(2, results.all().size());
    for (JsonNode result : results.all().values()) {
      assertEquals("ok", result.get("verdict").asString(), result.toString());
      check(Box.Answers.of(result.get("stdout").asString()), outside, secret);
    }
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aRunTakesNoMoreThanSixteenInotifyInstancesOfItsUser(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {openFiles: 256, wallTime: 20s}
                scripts:
                  take: {file: watches}
                  look: {run: "cat /proc/sys/user/max_inotify_watches; echo 1 >/proc/sys/user/max_inotify_watches"}
                """);
    box.program("watches");

    Box.Results results = box.results();

    assertEquals("16 instances, Too many open files\n", results.get("take", "stdout"));
    assertEquals("4096\n", results.get("look", "stdout"));
    assertEquals("failed", results.get("look", "verdict"), results.get("look").toString());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void locksOnTheTimeNamespaceDoNotReachAnotherRun(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {wallTime: 20s}
                scripts:
                  one: {file: timelock}
                  two: {file: timelock}
                """);
    box.program("timelock");

    Box.Results results = box.results("--parallel", "2");

    // Each holds the lock for a second, and the two run at the same time.
    assertEquals("locked\n", results.get("one", "stdout"));
    assertEquals("locked\n", results.get("two", "stdout"));
    String host = Files.readSymbolicLink(Path.of("/proc/self/ns/time")).toString();
    assertNotEquals(host, results.get("one", "stderr").strip());
    assertNotEquals(results.get("one", "stderr"), results.get("two", "stderr"));
  }

  private static Process listen(String abstractName) throws Exception {
    String server =
        "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind('\\0'+sys.argv[1]); s.listen(9);"
            + "print(1, flush=True);"
            + " sys.stdin.read()";
    Process process = new ProcessBuilder("python3", "-c", server, abstractName).start();
    assertEquals('1', process.getInputStream().read());
    return process;
  }

  private static void check(Box.Answers inside, Box.Answers outside, Path secret) {
    Map<String, String> expected = new TreeMap<>();
    expected.put("descriptors", "0=pipe 1=pipe 2=pipe");
    for (String set :
        List.of("SigPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      expected.put(set, "0".repeat(16));
    }
    expected.putAll(Map.of("NoNewPrivs", "1", "Seccomp", "2", "umask", "022", "cwd", "/work", "session", "own"));
    expected.putAll(Map.of("terminal", "ENXIO", "processes", "1 2", "interfaces", "lo"));
    expected.putAll(Map.of("loopback", "ok", "outside", "ENETUNREACH", "abstract socket", "ECONNREFUSED"));
    expected.put("read " + secret, "ENOENT");
    expected.putAll(Map.of("hard files", "64", "hard size", "1000000", "hard core", "0"));
    expected.putAll(Map.of("raise files", "EPERM", "raise size", "EPERM", "raise core", "EPERM"));
    Map<String, String> seen = new TreeMap<>(inside.all());
    seen.keySet().retainAll(expected.keySet());
    assertEquals(expected, seen);

    for (String namespace : List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")) {
      String key = "namespace " + namespace;
      assertTrue(inside.get(key).startsWith(namespace + ":["), inside.get(key));
      assertNotEquals(outside.get(key), inside.get(key));
    }
    for (int way = 0; way < 7; way++) {
      assertEquals("closed", inside.get("way " + way), "way " + way);
    }
    assertEquals("open", outside.get("way 3"), "a way that leads somewhere outside");
    for (String file : UNREADABLE) {
      assertNotEquals("ok", inside.get("read /proc/" + file), file);
    }
    for (String file : UNWRITABLE) {
      assertRefused(inside, "write /proc/" + file);
    }
    for (String call : FORBIDDEN) {
      assertRefused(inside, call);
    }
  }

  private static void assertRefused(Box.Answers inside, String what) {
    assertTrue(inside.get(what).matches("E[A-Z]+"), what + " is " + inside.get(what));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theWorldOfAScriptIsItsOwn(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                hostname: elsewhere
                environment: {COLOUR: red}
                scripts:
                  environment: {command: [env]}
                  mounts: {command: [cat, /proc/self/mountinfo, /proc/1/mountinfo, /proc/1/cmdline, /proc/1/comm]}
                  host: {command: [hostname]}
                  users: {command: [cat, /proc/self/uid_map, /proc/self/gid_map]}
                  devices: {run: "find /dev | while read f; do if test -c $f || test -b $f; then echo $f; fi; done"}
                  groups: {command: [cat, /proc/self/status]}
                """);

    Box.Results results = box.results("--parallel", "2");

    assertEquals(
        """
        COLOUR=red
        HOME=/work
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        TERM=dumb
        USER=nobody
        """,
        String.join("\n", results.output("environment").lines().sorted().toList()) + "\n");
    String mounts = results.output("mounts");
    assertTrue(mounts.contains(" / / rw,nosuid,nodev"), mounts);
    assertFalse(mounts.contains(box.home().toString()), mounts);
    assertFalse(mounts.contains(box.directory().toString()), mounts);
    assertFalse(mounts.contains("runs/") || mounts.contains("rootfs/"), mounts);
    assertTrue(mounts.endsWith("init\n"), mounts);
    assertEquals("elsewhere\n", results.output("host"));
    for (String map : results.output("users").lines().toList()) {
      String[] numbers = map.strip().split(" +", -1);
      assertEquals("65534", numbers[0]);
      assertEquals("1", numbers[2]);
      long host = Long.parseLong(numbers[1]);
      assertTrue(caller.isRoot() ? host >= 2_000_000_000L : host != 0, map);
    }
    List<String> devices = results.output("devices").lines().sorted().toList();
    String nodes = "/dev/full /dev/null /dev/ptmx /dev/pts/ptmx /dev/random /dev/tty /dev/urandom /dev/zero";
    assertEquals(List.of(nodes.split(" ", -1)), devices);
    String groups =
        results.output("groups").lines().filter(line -> line.startsWith("Groups:")).findFirst().orElseThrow();
    assertTrue(groups.matches("Groups:\\s*(65534)?\\s*"), groups);
  }
}
