package org.chrootlite.scenario.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chrootlite.linux.Architecture;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Chroot Lite on Debian's kernel 6.1 with control groups of version 2: as root, as an ordinary user with a subtree of
 * his own, and as one without. All that is run is in {@code cgroup-v2.sh}, for one machine that boots once.
 */
class ControlGroupV2IT {
  private static final Path RESOURCES = Path.of("src/test/resources/scenario/machine");

  /** Enough for a machine that does five other things at the same time; alone it takes a minute. */
  private static final Duration LIMIT = Duration.ofMinutes(9);

  private static VirtualMachine.Results results;

  @BeforeAll
  static void boot(@TempDir Path work) throws Exception {
    Path root = Installation.in(work).root();
    Path boxes = root.resolve("opt/boxes");
    Command.output("cp", "-a", RESOURCES.resolve("boxes").toString(), boxes.toString());
    Command.output("cp", "-a", "examples/01-hello", boxes.toString());
    Command.compileC(RESOURCES.resolve("hog.c"), boxes.resolve("hog"));
    Command.compileC(RESOURCES.resolve("mark.c"), boxes.resolve("mark"));
    Command.compileC(Path.of("src/test/resources/scenario/forks.c"), boxes.resolve("bomb"));
    String task = Files.readString(RESOURCES.resolve("cgroup-v2.sh"));
    results = VirtualMachine.run(Architecture.X86_64, root, task, work, LIMIT);
    assertEquals(0, results.exit(), results.console());
  }

  /** What a command printed about its runs, by their jobs. */
  private static Map<String, JsonNode> runs(String command) throws IOException {
    Map<String, JsonNode> runs = new TreeMap<>();
    for (String line : results.text(command + ".out").lines().toList()) {
      JsonNode run = new JsonMapper().readTree(line);
      runs.put(run.get("sandbox").asString() + "/" + run.get("script").asString(), run);
    }
    return runs;
  }

  private static JsonNode run(String command, String job) throws IOException {
    JsonNode run = runs(command).get(job);
    if (run == null) {
      throw new AssertionError(job + " has no result, but: " + results.text(command + ".err") + results.console());
    }
    return run;
  }

  private static void assertVerdict(String verdict, JsonNode run) {
    assertEquals(verdict, run.get("verdict").asString(), run::toString);
  }

  private static void assertEnforced(String how, String limit, JsonNode run) {
    assertEquals(how, run.get("enforced").get(limit).asString(), run::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "delegated", "alone"})
  void theFirstExampleRunsOnThisKernel(String caller) throws IOException {
    assertTrue(results.text("kernel").startsWith("6.1."), results.text("kernel"));
    JsonNode hello = run(caller, "hello/hello");
    assertVerdict("ok", hello);
    assertEquals("hello from hello\n", hello.get("stdout").asString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "delegated"})
  void aControlGroupLimitsAllProcessesTogether(String caller) throws IOException {
    for (String job : List.of("memory-of-one", "memory-of-four", "memory-within")) {
      assertEnforced("cgroup-v2", "memory", run(caller, "limits/" + job));
    }
    for (String job : List.of("processes-beyond", "processes-within", "bomb")) {
      assertEnforced("cgroup-v2", "processes", run(caller, "limits/" + job));
    }
    assertEnforced("cgroup-v2", "cpus", run(caller, "cpus/half-a-processor"));
    assertLimits(caller);
  }

  /** Who owns a group but not the one above was given it, even where nothing says so. */
  @Test
  void aGroupBelowAnotherOnesIsUsedToo() throws IOException {
    assertEnforced("cgroup-v2", "memory", run("given", "limits/memory-of-four"));
    assertVerdict("memory-limit", run("given", "limits/memory-of-four"));
    assertEnforced("cgroup-v2", "cpus", run("given", "cpus/half-a-processor"));
  }

  @Test
  void withoutAControlGroupTheSupervisorWatches() throws IOException {
    assertEnforced("sampled", "memory", run("alone", "limits/memory-of-four"));
    assertLimits("alone");
  }

  private static void assertLimits(String caller) throws IOException {
    assertVerdict("memory-limit", run(caller, "limits/memory-of-one"));
    assertVerdict("memory-limit", run(caller, "limits/memory-of-four"));
    assertPrints("4 done\n", run(caller, "limits/memory-within"));
    // And the one that starts them. Only a group counts what is refused.
    JsonNode refused = run(caller, "limits/processes-beyond");
    boolean isCounted = !refused.get("enforced").get("processes").asString().equals("rlimit");
    assertVerdict(isCounted ? "process-limit" : "failed", refused);
    assertEquals("19\n", run(caller, "limits/processes-beyond").get("stdout").asString());
    assertPrints("15\n", run(caller, "limits/processes-within"));
    JsonNode bomb = run(caller, "limits/bomb");
    assertTrue(bomb.get("wallTime").asDouble() < 20, bomb::toString);
    JsonNode four = run(caller, "limits/cpu-time-of-four");
    assertVerdict("cpu-time-limit", four);
    assertEquals("", four.get("stdout").asString(), "it was ended");
    assertPrints("2 done\n", run(caller, "limits/cpu-time-within"));
  }

  private static void assertPrints(String text, JsonNode run) {
    assertVerdict("ok", run);
    assertEquals(text, run.get("stdout").asString(), run::toString);
  }

  /** Both have the same two processors: a slow machine makes both ratios smaller, but none of them larger. */
  @ParameterizedTest
  @ValueSource(strings = {"root", "delegated"})
  void processorsAreShared(String caller) throws IOException {
    assertTrue(share(run(caller, "cpus/all-processors")) > 1.1, run(caller, "cpus/all-processors")::toString);
    assertTrue(share(run(caller, "cpus/half-a-processor")) < 0.75, run(caller, "cpus/half-a-processor")::toString);
  }

  private static double share(JsonNode run) {
    assertPrints("2 done\n", run);
    return run.get("cpuTime").asDouble() / run.get("wallTime").asDouble();
  }

  @Test
  void withoutAControlGroupALimitOfProcessorsIsRefused() throws IOException {
    assertEquals("1\n", results.text("refused.exit"));
    assertTrue(results.text("refused.err").contains("limits.cpus"), results.text("refused.err"));
    assertEquals("ok", run("refused", "cpus/all-processors").get("verdict").asString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "delegated", "given", "alone"})
  void noControlGroupIsLeft(String caller) throws IOException {
    assertEquals("", results.text(caller + ".left"));
  }

  @Test
  void theGroupOfARunWhoseSupervisorWasKilledIsRemovedByTheNextCommand() throws IOException {
    assertTrue(results.text("killed.before").contains("/chroot-lite-"), results.text("killed.before"));
    assertEquals("0\n", results.text("killed.exit"), results.text("killed.err"));
    assertEquals("", results.text("killed.left"));
  }
}
