package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every limit is kept, whatever a script does against it, and its verdict says so. */
final class LimitsIT {
  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void everyLimitHasItsVerdict(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {wallTime: 20s}
                scripts:
                  wall: {run: sleep 30, limits: {wallTime: 500ms}}
                  stubborn: {run: "trap '' TERM; while :; do sleep 1; done", limits: {wallTime: 500ms}}
                  polite: {run: "trap 'echo bye; exit 3' TERM; sleep 30 & wait", limits: {wallTime: 500ms}}
                  stopped: {run: "kill -STOP $$", limits: {wallTime: 500ms}}
                  cpu: {run: "trap '' XCPU; while :; do :; done", limits: {cpuTime: 1s}}
                  cpu-of-child: {run: "sh -c 'while :; do :; done'", limits: {cpuTime: 1s}}
                  flood: {run: "yes | head -c 1G", limits: {output: 1000}}
                  stderr-flood: {run: "yes >&2", limits: {output: 1MB}}
                  exactly: {run: "printf 12345; printf 67890 >&2", limits: {output: 10}}
                  file: {command: [head, -c, 2MB, /dev/zero], limits: {fileSize: 1MB}}
                  big-file: {run: "exec head -c 2MB /dev/zero > file", limits: {fileSize: 1MB}}
                  file-of-child: {run: "head -c 2MB /dev/zero > file; echo not here", limits: {fileSize: 1MB}}
                  stubborn-file: {run: "trap '' XFSZ; head -c 2MB /dev/zero > f || wc -c < f", limits: {fileSize: 1MB}}
                  memory: {run: "x=$(head -c 200M /dev/zero | tr '\\\\0' x)", limits: {memory: 64MB}}
                  files: {run: "exec 3</ 4</ 5</ 6</ 7</ 8</ 9</", limits: {openFiles: 8}}
                  missing: {command: [no-such-program]}
                  directory: {command: [/etc]}
                """);

    Box.Results results = box.results("--parallel", "4");

    assertVerdict(results, "wall", "wall-time-limit", "SIGTERM", "not ended after 500 ms");
    assertVerdict(results, "stubborn", "wall-time-limit", "SIGKILL", "not ended after 500 ms");
    assertTrue(results.get("stubborn").get("wallTime").asDouble() < 5);
    assertVerdict(results, "polite", "wall-time-limit", "3", "not ended after 500 ms");
    assertEquals("bye\n", results.get("polite", "stdout"));
    assertVerdict(results, "stopped", "wall-time-limit", "SIGKILL", "not ended after 500 ms");
    assertVerdict(results, "cpu", "cpu-time-limit", "SIGKILL", "CPU time");
    assertVerdict(results, "cpu-of-child", "cpu-time-limit", "137", "CPU time");
    assertVerdict(results, "flood", "output-limit", "SIGTERM", "more than 1 KB");
    assertEquals("y\n".repeat(500), results.get("flood", "stdout"));
    assertTrue(results.get("flood").get("truncated").asBoolean());
    assertVerdict(results, "stderr-flood", "output-limit", "SIGTERM", "more than 1 MB");
    assertEquals(1_000_000, results.get("stderr-flood", "stderr").length());
    assertVerdict(results, "exactly", "ok", "0", "exited with 0");
    assertFalse(results.get("exactly").get("truncated").asBoolean());
    assertVerdict(results, "file", "ok", "0", "exited with 0");
    assertVerdict(results, "big-file", "file-size-limit", "SIGXFSZ", "SIGXFSZ");
    assertVerdict(results, "file-of-child", "file-size-limit", "153", "SIGXFSZ");
    assertEquals("1000000\n", results.output("stubborn-file"));
    assertEquals("failed", results.get("files", "verdict"));
    assertVerdict(results, "missing", "not-found", "127", "no-such-program");
    assertVerdict(results, "directory", "not-found", "126", "/etc");
    assertTrue(results.get("memory").get("maxMemory").asLong() < 80_000_000);
    assertFalse(results.get("memory", "verdict").equals("ok"), results.get("memory").toString());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aScriptCannotPassForOneOfUs(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {wallTime: 20s, memory: 1GB, cpuTime: 10s}
                scripts:
                  exit-122: {run: exit 122}
                  exit-124: {run: exit 124}
                  exit-125: {run: exit 125}
                  exit-126: {run: exit 126}
                  exit-127: {run: exit 127}
                  exit-137: {run: exit 137}
                  exit-153: {run: exit 153}
                  kill: {run: kill -KILL $$}
                  segv: {run: kill -SEGV $$}
                  alarm: {file: alarm}
                """);
    box.program("alarm");

    Box.Results results = box.results("--parallel", "4");

    for (int code : new int[] {122, 124, 125, 126, 127, 137, 153}) {
      assertVerdict(results, "exit-" + code, "failed", Integer.toString(code), "exited with " + code);
    }
    assertVerdict(results, "kill", "signaled", "SIGKILL", "ended by SIGKILL");
    assertVerdict(results, "segv", "signaled", "SIGSEGV", "ended by SIGSEGV");
    assertVerdict(results, "alarm", "signaled", "SIGTERM", "ended by SIGTERM");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void nothingOutlivesARunNorHoldsItUp(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {wallTime: 20s}
                scripts:
                  daemon: {run: "setsid sh -c 'setsid sleep 47.11' & sleep 0.2; echo over"}
                  stopped-daemon: {run: "sh -c 'kill -STOP $$' & sleep 0.2; echo over"}
                  stubborn-daemon: {run: "(trap '' TERM HUP INT; sleep 47.11) & sleep 0.2; echo over"}
                  forks: {file: forks, limits: {wallTime: 1s, processes: 40}}
                """);
    box.program("forks");

    Box.Results results = box.results();

    for (String script : new String[] {"daemon", "stopped-daemon", "stubborn-daemon"}) {
      assertEquals("over\n", results.output(script));
      assertTrue(results.get(script).get("wallTime").asDouble() < 5, results.get(script).toString());
    }
    assertEquals("wall-time-limit", results.get("forks", "verdict"), results.get("forks").toString());
    assertEquals("", HostView.commandsWith("47.11"));
    assertEquals("", HostView.commandsWith("/run/forks"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void allThatIsWrittenIsBoundedTogether(Caller caller) throws Exception {
    String fill =
        """
        for d in /tmp /work /dev/shm / /tmp; do head -c 5M /dev/zero > $d/file-$$ || true; done 2> /dev/null
        cat /tmp/file* /work/file* /dev/shm/file* /file* | wc -c""";
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {disk: 8MB, wallTime: 30s}
                scripts:
                  bytes: {file: fill.sh, interpreter: [sh]}
                  inodes: {run: "i=0; while mkdir /work/$i 2> /dev/null; do i=$((i + 1)); done; echo $i"}
                  full: {run: "head -c 20M /dev/zero > /tmp/file"}
                """);
    Files.writeString(box.directory().resolve("fill.sh"), fill);

    Box.Results results = box.results("--parallel", "2");

    long bytes = Long.parseLong(results.output("bytes").strip());
    assertTrue(bytes > 7_000_000 && bytes <= 8_000_000 + 4096, "bytes: " + bytes);
    long inodes = Long.parseLong(results.output("inodes").strip());
    assertTrue(inodes > 100 && inodes < 4000, "inodes: " + inodes);
    assertEquals("failed", results.get("full", "verdict"));
  }

  private static void assertVerdict(Box.Results results, String script, String verdict, String end, String evidence) {
    JsonNode result = results.get(script);
    assertEquals(verdict, result.get("verdict").asString(), result.toString());
    String field = Character.isDigit(end.charAt(0)) ? "exitCode" : "signal";
    assertEquals(end, result.get(field).asString(), result.toString());
    assertTrue(result.get("evidence").asString().contains(evidence), result.toString());
  }
}
