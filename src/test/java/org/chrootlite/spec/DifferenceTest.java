package org.chrootlite.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DifferenceTest {
  private static String between(Map<String, ?> before, Map<String, ?> after) throws SpecException {
    return Difference.between(Spec.ofTree(before), Spec.ofTree(after)).stream()
        .map(d -> d.field() + ": " + d.before().orElse("-") + " -> " + d.after().orElse("-"))
        .collect(Collectors.joining("\n"));
  }

  private static String limit(String key, Long before, Long after) throws SpecException {
    return between(Map.of("limits", Map.of(key, before)), Map.of("limits", Map.of(key, after)));
  }

  private static String run(String before, String after) throws SpecException {
    return between(
            Map.of("scripts", Map.of("s", Map.of("run", before))), Map.of("scripts", Map.of("s", Map.of("run", after))))
        .replace("scripts.s.run: ", "");
  }

  @Test
  void numbersHaveTheirUnitsAndAreNeverRounded() throws SpecException {
    assertEquals("limits.memory: 128 MB -> 256 MB", limit("memory", 128_000_000L, 256_000_000L));
    assertEquals("limits.memory: 128 MB -> 128000001 B", limit("memory", 128_000_000L, 128_000_001L));
    assertEquals("limits.disk: 1 GiB -> 1.5 GiB", limit("disk", 1L << 30, 3L << 29));
    assertEquals("limits.stack: 0 B -> 8 MiB", limit("stack", 0L, 8L << 20));
    assertEquals("limits.wallTime: 1 min -> no limit", limit("wallTime", 60_000_000_000L, 0L));
    assertEquals("limits.cpuTime: 1.5 s -> 250 ms", limit("cpuTime", 1_500_000_000L, 250_000_000L));
    assertEquals("limits.cpuTime: 90 s -> 2 h", limit("cpuTime", 90_000_000_000L, 7_200_000_000_000L));
    assertEquals("limits.cpuTime: 0 s -> 1 ns", limit("cpuTime", 0L, 1L));
    assertEquals("limits.cpus: 1.5 CPUs -> 1 CPU", limit("cpus", 1500L, 1000L));
    assertEquals("limits.processes: 32 -> 64", limit("processes", 32L, 64L));
    assertEquals(
        "user.uid: 0 -> 1000", between(Map.of("user", Map.of("uid", 0L)), Map.of("user", Map.of("uid", 1000L))));
  }

  @Test
  void settingsComeAndGoOneByOneButScriptsAsAWhole() throws SpecException {
    Map<String, ?> before =
        Map.of("labels", Map.of("a", "x", "b", ""), "scripts", Map.of("old", Map.of("command", List.of("ls", "-l"))));
    Map<String, ?> after =
        Map.of(
            "environment", Map.of("a.b", "two words"),
            "scripts",
                Map.of(
                    "f", Map.of("file", "/x/f.py", "args", List.of("1")),
                    "new", Map.of("run", "set -u\necho\necho\n"),
                    "one", Map.of("run", "echo\n", "limits", Map.of("memory", 4096L))));
    assertEquals(
        """
        environment["a.b"]: - -> two words
        labels.a: x -> -
        labels.b: "" -> -
        scripts.f: - -> file /x/f.py
        scripts.new: - -> run set -u (+2 lines)
        scripts.old: command [ls, -l] -> -
        scripts.one: - -> run echo""",
        between(before, after));
    assertEquals(
        "scripts.s.limits.memory: - -> 4 KiB\nscripts.s.stdin: - -> {text: x}",
        between(
            Map.of("scripts", Map.of("s", Map.of("run", "x"))),
            Map.of(
                "scripts",
                Map.of("s", Map.of("run", "x", "limits", Map.of("memory", 4096L), "stdin", Map.of("text", "x"))))));
  }

  @Test
  void mountsAreKnownByTheirTargets() throws SpecException {
    Map<String, ?> data = Map.of("source", "/x/data", "target", "/data", "readOnly", true);
    Map<String, ?> writable = Map.of("source", "/x/data", "target", "/data", "readOnly", false);
    Map<String, ?> scratch = Map.of("tmpfs", "/scratch", "size", 16_000_000L);
    assertEquals(
        "mounts[/data]: /x/data, read-only -> /x/data, writable\nmounts[/scratch]: - -> tmpfs of 16 MB",
        between(Map.of("mounts", List.of(data)), Map.of("mounts", List.of(scratch, writable))));
    assertEquals(
        "mounts (order): /data, /scratch -> /scratch, /data",
        between(Map.of("mounts", List.of(data, scratch)), Map.of("mounts", List.of(scratch, data))));
    assertEquals(
        "mounts[/data]: /x/data, read-only -> -", between(Map.of("mounts", List.of(data)), Map.of()));
    assertEquals(
        "mounts: [x] -> [y]", between(Map.of("mounts", List.of("x")), Map.of("mounts", List.of("y"))));
  }

  @Test
  void ofTextsOfSeveralLinesTheFirstThatDiffersIsShown() throws SpecException {
    assertEquals("echo hello -> echo hi", run("echo hello\n", "echo hi\n"));
    assertEquals("line 2 of 3: echo a -> line 2 of 3: echo b", run("x\necho a\nz\n", "x\necho b\nz\n"));
    assertEquals("line 1 of 1: x -> line 1 of 2: \"\"", run("x\n", "\nx\n"));
    assertEquals("1 line -> line 2 of 3: y", run("x\n", "x\ny\nz\n"));
    assertEquals("2 lines -> line 3 of 3: \"\\ty\"", run("x\nz\n", "x\nz\n\ty\n"));
    assertEquals("without a newline at its end -> with a newline at its end", run("a\nb", "a\nb\n"));
    assertEquals("\"  a\" -> \"  b\\r\"", run("  a\n", "  b\r\n"));
  }

  @Test
  void longTextsAreShownWhereTheyDiffer() throws SpecException {
    String common = "x".repeat(100);
    assertEquals(
        "..." + "x".repeat(20) + "a" + "y".repeat(59) + "... -> ..." + "x".repeat(20) + "b" + "y".repeat(59) + "...",
        run(common + "a" + "y".repeat(100), common + "b" + "y".repeat(100)));
    assertEquals("..." + "x".repeat(20) + " -> ..." + "x".repeat(21), run(common, common + "x"));
    assertEquals("é".repeat(80) + "... -> a", run("é".repeat(90), "a"));
    assertEquals("description: - -> " + "x".repeat(80) + "...", between(Map.of(), Map.of("description", common)));
  }

  @Test
  void whatCouldBeMisreadIsInQuotes() throws SpecException {
    Map<String, Object> after = new LinkedHashMap<>();
    after.put("a", "");
    after.put("b", "\"");
    after.put("c", "x\ty\u0007\\");
    after.put("d", " x");
    after.put("e", "x\\n");
    assertEquals(
        """
        environment.a: - -> ""
        environment.b: - -> "\\""
        environment.c: - -> "x\\ty\\x07\\\\"
        environment.d: - -> " x"
        environment.e: - -> x\\n""",
        between(Map.of(), Map.of("environment", after)));
    assertEquals(
        "scripts.s.args: - -> [a, \"b, c\", \"\", \"x y\"]",
        between(
            Map.of("scripts", Map.of("s", Map.of("run", "x"))),
            Map.of("scripts", Map.of("s", Map.of("run", "x", "args", List.of("a", "b, c", "", "x y"))))));
  }
}
