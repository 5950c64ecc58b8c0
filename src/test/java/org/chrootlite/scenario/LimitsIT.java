package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
                  cpu: {run: "trap '' XCPU TERM; while :; do :; done", limits: {cpuTime: 1s}}
                  cpu-of-child: {run: "sh -c 'while :; do :; done'", limits: {cpuTime: 1s}}
                  cpu-together: {run: "for i in 1 2 3 4; do (while :; do :; done) & done; wait", limits: {cpuTime: 1s}}
                  cpu-shut: {run: "chmod 0 /; while :; do :; done", limits: {cpuTime: 300ms}}
                  flood: {run: "yes | head -c 1G", limits: {output: 1000}}
                  stderr-flood: {run: "yes >&2", limits: {output: 1MB}}
                  exactly: {run: "printf 12345; printf 67890 >&2", limits: {output: 10}}
                  processes: {file: start.sh, interpreter: [sh], limits: {processes: 6}}
                  processes-by-child: {file: start.sh, interpreter: [sh, -c, "sh $0 || exit 9"], limits: {processes: 6}}
                  enough: {run: "for i in 1 2 3; do sleep 0.1 & done; wait; exit 3", limits: {processes: 6}}
                  alone: {run: exit 10, limits: {processes: 1}}
                  alone-crash: {run: kill -SEGV $$, limits: {processes: 1}}
                  waits-for-process: {file: wait.sh, interpreter: [sh], limits: {processes: 3, wallTime: 2s}}
                  files: {run: "exec 3</ 4</ 5</ 6</ 7</ 8</ 9</", limits: {openFiles: 8}}
                  missing: {command: [no-such-program]}
                  directory: {command: [/etc]}
                """);
    // Without a control group nothing counts what is refused: all that the limit allows is to be seen in use.
    Files.writeString(
        box.directory().resolve("start.sh"),
        "(for i in 1 2 3 4 5 6 7 8 9; do sleep 5 & done) || { sleep 0.3; exit 2; }\n");
    // A part of it is refused a process and gives up, and the rest waits, as Node does for its threads.
    Files.writeString(
        box.directory().resolve("wait.sh"),
        """
        sleep 20 &
        (i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done; sleep 20; :) 2> /dev/null
        exec sleep 20
        """);

    Box.Results results = box.results("--parallel", "4");

    assertVerdict(results, "wall", "wall-time-limit", "SIGTERM", "not ended after 500 ms");
    assertVerdict(results, "stubborn", "wall-time-limit", "SIGKILL", "not ended after 500 ms");
    assertTrue(results.get("stubborn").get("wallTime").asDouble() < 5);
    assertVerdict(results, "polite", "wall-time-limit", "3", "not ended after 500 ms");
    assertEquals("bye\n", results.get("polite", "stdout"));
    assertVerdict(results, "stopped", "wall-time-limit", "SIGKILL", "not ended after 500 ms");
    for (String script : new String[] {"cpu", "cpu-of-child", "cpu-together"}) {
      assertVerdict(results, script, "cpu-time-limit", "SIGKILL", "of CPU time; the limit is 1 s");
      double used = results.get(script).get("cpuTime").asDouble();
      assertTrue(used >= 1 && used < 1.5, results.get(script).toString());
    }
    // Less, as it has to be over before what nobody can look into is ended for that.
    assertVerdict(results, "cpu-shut", "cpu-time-limit", "SIGKILL", "of CPU time; the limit is 300 ms");
    assertVerdict(results, "flood", "output-limit", "SIGTERM", "more than 1 KB");
    assertEquals("y\n".repeat(500), results.get("flood", "stdout"));
    assertTrue(results.get("flood").get("truncated").asBoolean());
    assertEquals(1000, results.get("flood").get("printed").asInt());
    assertVerdict(results, "stderr-flood", "output-limit", "SIGTERM", "more than 1 MB");
    assertEquals(1_000_000, results.get("stderr-flood", "stderr").length());
    assertVerdict(results, "exactly", "ok", "0", "exited with 0");
    assertFalse(results.get("exactly").get("truncated").asBoolean());
    assertEquals(10, results.get("exactly").get("printed").asInt());
    boolean isCounted = !results.get("processes").get("enforced").get("processes").asString().equals("rlimit");
    String refused = isCounted ? "process-limit" : "failed";
    String evidence = isCounted ? "(pids.events)" : "6 processes and threads were in use at a time, as many as limits";
    assertVerdict(results, "processes", refused, "2", evidence);
    assertVerdict(results, "processes-by-child", refused, "9", evidence);
    assertVerdict(results, "enough", "failed", "3", "exited with 3");
    String alone = isCounted ? "" : "; one process was in use, as many as limits.processes allows";
    assertVerdict(results, "alone", "failed", "10", "exited with 10" + alone);
    assertVerdict(results, "alone-crash", "signaled", "SIGSEGV", "ended by SIGSEGV" + alone);
    assertVerdict(
        results, "waits-for-process", "wall-time-limit", "SIGTERM", isCounted ? "(pids.events)" : "3 processes and");
    assertEquals("failed", results.get("files", "verdict"));
    assertVerdict(results, "missing", "not-found", "127", "no-such-program");
    assertVerdict(results, "directory", "not-found", "126", "/etc");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void memoryIsThatOfAllTogetherAndOfAProgramsStart(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {wallTime: 20s, memory: 64MB, disk: 100MB}
                scripts:
                  one: {file: fill.sh, interpreter: [sh]}
                  child: {file: fill.sh, interpreter: [sh, -c, "sh $0; exit 3"]}
                  together: {file: usage, args: [processes, "30", "4"]}
                  shut: {file: usage, args: [shut, "30", "4"]}
                  apart: {file: usage, args: [processes, "10", "4"]}
                  shared: {file: usage, args: [given-back, "200"]}
                  array: {file: array}
                  files: {run: "head -c 90MB /dev/zero > /tmp/f; head -c 9MB /dev/zero > /dev/shm/f; wc -c < /tmp/f"}
                  huge: {file: huge, limits: {addressSpace: 1GiB}}
                  larger-than-the-host: {file: larger}
                  crash: {run: "kill -SEGV $$", limits: {addressSpace: 1GiB}}
                """);
    Files.writeString(box.directory().resolve("fill.sh"), "x=$(head -c 200M /dev/zero | tr '\\0' x)");
    box.program("usage");
    Path array = box.program("array");
    writeWithArray(array, box.directory().resolve("huge"), 10_000_000_000L);
    writeWithArray(array, box.directory().resolve("larger"), 1_000_000_000_000_000L);

    Box.Results results = box.results("--parallel", "2");

    for (String script : new String[] {"one", "child", "together", "shut", "shared", "array"}) {
      assertVerdict(results, script, "memory-limit", "SIGKILL", "the limit is 64 MB");
      assertTrue(results.get(script).get("maxMemory").asLong() > 64_000_000, results.get(script).toString());
    }
    assertVerdict(results, "apart", "ok", "0", "exited with 0");
    assertTrue(results.get("apart").get("processes").asInt() >= 4, results.get("apart").toString());
    assertEquals("90000000\n", results.output("files"));
    assertTrue(results.get("files").get("written").asLong() >= 99_000_000, results.get("files").toString());
    assertVerdict(results, "huge", "memory-limit", "SIGSEGV", "takes 10 GB of memory before its first instruction;"
        + " limits.addressSpace is 1 GiB");
    assertVerdict(results, "larger-than-the-host", "memory-limit", "SIGSEGV", "this machine has");
    assertVerdict(results, "crash", "signaled", "SIGSEGV", "ended by SIGSEGV");
  }

  /** A program whose static array is so large: what a linker would write, but none links that in a second. */
  private static void writeWithArray(Path program, Path target, long size) throws IOException {
    byte[] bytes = Files.readAllBytes(program);
    ByteBuffer elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long headers = elf.getLong(32);
    for (int i = 0; i < elf.getShort(56); i++) {
      int at = (int) headers + i * 56;
      boolean isWritable = (elf.getInt(at + 4) & 2) != 0;
      if (elf.getInt(at) == 1 && isWritable) {
        elf.putLong(at + 40, size);
      }
    }
    Files.write(target, bytes);
    Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(program));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aFileThatIsTooLargeIsToldFromWhatLooksLikeIt(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {wallTime: 20s, fileSize: 1MB}
                mounts: [{source: data, target: /data, readOnly: false}]
                scripts:
                  file: {command: [head, -c, 2MB, /dev/zero]}
                  big-file: {run: "exec head -c 2MB /dev/zero > file"}
                  file-of-child: {run: "head -c 2MB /dev/zero > file; echo not here"}
                  grown: {command: [truncate, -s, 2MB, /work/file]}
                  stubborn-file: {run: "trap '' XFSZ; head -c 2MB /dev/zero > f || wc -c < f"}
                  in-memory: {run: "trap '' XFSZ; head -c 2MB /dev/zero > out"}
                  collected: {run: "trap '' XFSZ; head -c 2MB /dev/zero > out", artifacts: [/work/out]}
                  exit: {run: "head -c 100KB /dev/zero > file; exit 153"}
                  sparse: {run: "truncate -s 1MB file; exit 153"}
                  raised: {run: "kill -XFSZ $$"}
                  removed: {file: remove.sh, interpreter: [sh], limits: {disk: 20MB}}
                  elsewhere: {run: "sh -c 'kill -XFSZ $PPID' || sh -c 'kill -XFSZ 0' || exit 5"}
                  to-mount: {run: "trap '' XFSZ; head -c 2MB /dev/zero > /data/full"}
                """);
    Path data = Files.createDirectory(box.directory().resolve("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));

    // As a compiler does: its output is gone, and its exit code is its own.
    Files.writeString(
        box.directory().resolve("remove.sh"),
        "sh -c 'trap \"\" XFSZ; head -c 2MB /dev/zero > a.o || { sleep 0.3; rm a.o; exit 1; }' || exit 2\n");

    // One after the other, that with the mount last: its file lies there for all of them.
    Box.Results results = box.results();

    assertVerdict(results, "file", "ok", "0", "exited with 0");
    assertVerdict(results, "big-file", "file-size-limit", "SIGXFSZ", "SIGXFSZ: wrote beyond 1 MB");
    assertVerdict(results, "file-of-child", "file-size-limit", "153", "as a shell does after SIGXFSZ");
    assertVerdict(results, "grown", "file-size-limit", "SIGXFSZ", "SIGXFSZ: wrote beyond 1 MB");
    assertEquals("1000000\n", results.output("stubborn-file"));
    assertVerdict(results, "to-mount", "file-size-limit", "1", "/data/full has just the 1 MB that a file may have");
    assertVerdict(results, "in-memory", "file-size-limit", "1", "just what a file of 1 MB does");
    assertVerdict(results, "collected", "file-size-limit", "1", "/work/out has just the 1 MB that a file may have");
    assertVerdict(results, "removed", "failed", "2", "at a time: one of them may have met limits.fileSize, 1 MB");
    assertVerdict(results, "exit", "failed", "153", "a child got SIGXFSZ: one may have met limits.fileSize, 1 MB");
    assertVerdict(results, "sparse", "failed", "153", "exited with 153");
    assertEquals("failed", results.get("raised", "verdict"), results.get("raised").toString());
    assertVerdict(results, "elsewhere", "failed", "5", "exited with 5");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aScriptCannotPassForOneOfUs(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {wallTime: 20s, memory: 1GB, cpuTime: 10s, processes: 50, output: 1MB, fileSize: 1MB, disk: 8MB}
                scripts:
                  exit-122: {run: exit 122}
                  exit-124: {run: exit 124}
                  exit-125: {run: exit 125}
                  exit-126: {run: exit 126}
                  exit-127: {run: exit 127}
                  exit-137: {run: exit 137}
                  exit-143: {run: exit 143}
                  exit-153: {run: exit 153}
                  kill: {run: kill -KILL $$}
                  kill-child: {run: "sh -c 'kill -KILL $$'"}
                  segv: {run: kill -SEGV $$}
                  xcpu: {run: kill -XCPU $$}
                  term: {run: kill -TERM $$}
                  usr1: {run: kill -USR1 1; kill -USR1 $$}
                  alarm: {file: alarm}
                """);
    box.program("alarm");

    Box.Results results = box.results("--parallel", "4");

    for (int code : new int[] {122, 124, 125, 126, 127, 137, 143, 153}) {
      assertVerdict(results, "exit-" + code, "failed", Integer.toString(code), "exited with " + code);
    }
    assertVerdict(results, "kill", "signaled", "SIGKILL", "ended by SIGKILL");
    assertVerdict(results, "kill-child", "failed", "137", "exited with 137");
    assertVerdict(results, "segv", "signaled", "SIGSEGV", "ended by SIGSEGV");
    assertVerdict(results, "xcpu", "signaled", "SIGXCPU", "ended by SIGXCPU");
    assertVerdict(results, "term", "signaled", "SIGTERM", "ended by SIGTERM");
    assertEquals("failed", results.get("usr1", "verdict"), results.get("usr1").toString());
    assertVerdict(results, "alarm", "failed", "11", "exited with 11");
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
    String count =
        """
        i=0
        while mkdir "$1/$i" 2> /dev/null; do i=$((i + 1)); done
        echo $i
        exit "$2"
        """;
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {disk: 8MB, wallTime: 30s}
                scripts:
                  bytes: {file: fill.sh, interpreter: [sh]}
                  root: {file: count.sh, interpreter: [sh], args: ["", "1"], limits: {disk: 1MB}}
                  tmp: {file: count.sh, interpreter: [sh], args: [/tmp, "1"], limits: {disk: 1MB}}
                  work: {file: count.sh, interpreter: [sh], args: [/work, "1"], limits: {disk: 1MB}}
                  shm: {file: count.sh, interpreter: [sh], args: [/dev/shm, "0"], limits: {disk: 1MB}}
                  full: {run: "head -c 20M /dev/zero > /tmp/file"}
                  full-by-child: {run: "sh -c 'head -c 20M /dev/zero > /dev/shm/file' || exit 4"}
                  full-before: {run: "head -c 20M /dev/zero > f || sleep 0.3; rm f; exit 5"}
                  sparse: {run: "truncate -s 1GB /work/file /tmp/file; exit 6"}
                """);
    Files.writeString(box.directory().resolve("fill.sh"), fill);
    Files.writeString(box.directory().resolve("count.sh"), count);

    Box.Results results = box.results("--parallel", "2");

    long bytes = Long.parseLong(results.output("bytes").strip());
    assertTrue(bytes > 7_000_000 && bytes <= 8_000_000 + 4096, "bytes: " + bytes);
    for (String script : new String[] {"root", "tmp", "work", "shm"}) {
      long inodes = Long.parseLong(results.get(script, "stdout").strip());
      assertTrue(inodes > 100 && inodes < 400, script + ": " + inodes);
    }
    for (String script : new String[] {"root", "tmp", "work"}) {
      assertVerdict(results, script, "disk-limit", "1", "files and directories made that there is room for");
    }
    assertVerdict(results, "shm", "ok", "0", "exited with 0");
    String full = "after all 8003584 bytes that it may write had been in use; the limit is 8 MB";
    assertVerdict(results, "full", "disk-limit", "1", full);
    assertVerdict(results, "full-by-child", "disk-limit", "4", full);
    assertVerdict(results, "full-before", "disk-limit", "5", full);
    assertEquals(8_003_584, results.get("full").get("written").asLong());
    assertVerdict(results, "sparse", "failed", "6", "exited with 6");
  }

  private static void assertVerdict(Box.Results results, String script, String verdict, String end, String evidence) {
    JsonNode result = results.get(script);
    assertEquals(verdict, result.get("verdict").asString(), result.toString());
    String field = Character.isDigit(end.charAt(0)) ? "exitCode" : "signal";
    assertEquals(end, result.get(field).asString(), result.toString());
    assertTrue(result.get("evidence").asString().contains(evidence), result.toString());
  }
}
