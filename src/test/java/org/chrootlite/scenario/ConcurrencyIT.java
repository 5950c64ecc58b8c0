package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands that are given at the same time: each has its effect as a whole, and who waits says for whom. */
final class ConcurrencyIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: ";

  /** A script that goes on until its standard input ends. */
  private static final String HOLD =
      "scripts:\n  hold: {run: \"echo started; cat; echo over\"}\n  quick: {run: echo quick}\n";

  private final List<Started> started = new ArrayList<>();

  private Started start(Caller caller, Path directory, String... arguments) throws IOException {
    Started one = Started.of(caller.prepare(directory, arguments));
    started.add(one);
    return one;
  }

  @AfterEach
  void endAll() {
    started.forEach(Started::close);
  }

  private static void ok(Caller caller, Path directory, String... arguments) throws Exception {
    Caller.Outcome outcome = caller.run(directory, arguments);
    assertEquals(0, outcome.exit(), outcome.toString());
  }

  private static List<String> history(Caller caller, Path directory) throws Exception {
    List<String> entries = new ArrayList<>();
    for (JsonNode entry : Box.results(caller.run(directory, "history", "-o", "json"))) {
      entries.add(
          entry.get("type").asString() + " " + entry.get(entry.has("outcome") ? "outcome" : "verdict").asString());
    }
    return entries;
  }

  private static void assertWaitsFor(String whom, Started holder, Started waiting) throws Exception {
    String complaint = waiting.complaint();
    String wanted = "chroot-lite: waiting for " + whom + " \\(pid " + holder.pid() + ", since \\d\\d:\\d\\d:\\d\\d\\)";
    assertTrue(complaint.matches(wanted), complaint);
    assertTrue(waiting.isAlive());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void appliesOfTheSameAndOfOtherManifestsAllHold(Caller caller) throws Exception {
    Path directory = caller.directory();
    Set<String> names = new TreeSet<>();
    for (String place : List.of("a", "b")) {
      Files.createDirectory(directory.resolve(place));
      for (int i = 0; i < 4; i++) {
        String name = place + i;
        names.add(name);
        Files.writeString(
            directory.resolve(place).resolve(name + ".yaml"),
            HEAD + name + "\nrootfs: {writes: keep}\nscripts:\n  say: {run: echo " + name + "}\n");
      }
    }
    List<Started> applies = new ArrayList<>();
    for (String place : List.of("a", "b", "a", "b")) {
      applies.add(start(caller, directory, "apply", place));
    }
    for (Started apply : applies) {
      Caller.Outcome outcome = apply.end();
      assertEquals(0, outcome.exit(), outcome.toString());
    }
    Remains remains = new Remains(caller.home(directory));
    assertEquals(names, remains.index().keySet());
    remains.assertTidy();
    assertEquals(0, caller.run(directory, "diff", "a", "b").exit());
    assertEquals(List.of("apply done", "apply done", "apply done", "apply done"), history(caller, directory));
    assertEquals(new Caller.Outcome(0, "b3\n", ""), caller.run(directory, "run", "b3/say"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aDeletionWaitsForTheRunAndAnApplyForTheDeletion(Caller caller) throws Exception {
    Path directory = caller.directory();
    Files.writeString(directory.resolve("box.yaml"), HEAD + "box\nrootfs: {writes: keep}\n" + HOLD);
    Files.writeString(directory.resolve("other.yaml"), HEAD + "other\nscripts:\n  say: {run: echo said}\n");
    ok(caller, directory, "apply", "box.yaml");
    Started run = start(caller, directory, "run", "hold");
    assertEquals("started", run.line());
    Started delete = start(caller, directory, "delete", "--yes", "box");
    assertWaitsFor("run of box/hold", run, delete);
    Started apply = start(caller, directory, "apply", "other.yaml");
    assertWaitsFor("delete of box", delete, apply);
    // It is decided: what begins now does not find the sandbox any more, and does not wait.
    Caller.Outcome late = caller.run(directory, "run", "quick");
    assertEquals(125, late.exit(), late.toString());
    assertEquals(new Caller.Outcome(0, "over\n", ""), run.end());
    assertEquals(0, delete.end().exit());
    assertEquals(0, apply.end().exit());
    Remains remains = new Remains(caller.home(directory));
    assertEquals(Set.of("other"), remains.index().keySet());
    remains.assertTidy();
    assertEquals(List.of("apply done", "run ok", "delete done", "apply done"), history(caller, directory));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void runsThatShareALayerComeOneAfterTheOther(Caller caller) throws Exception {
    Path directory = caller.directory();
    Files.writeString(
        directory.resolve("box.yaml"),
        HEAD
            + "box\nrootfs: {writes: keep}\nscripts:\n"
            + "  first: {run: \"echo one >> /kept; echo started; cat; echo two >> /kept\"}\n"
            + "  second: {run: \"echo three >> /kept; cat /kept\"}\n");
    ok(caller, directory, "apply", "box.yaml");
    Started first = start(caller, directory, "run", "first");
    assertEquals("started", first.line());
    Started second = start(caller, directory, "run", "second");
    assertWaitsFor("run of box/first", first, second);
    assertEquals(new Caller.Outcome(0, "", ""), first.end());
    assertEquals(new Caller.Outcome(0, "one\ntwo\nthree\n", ""), second.end());
    assertEquals(List.of("apply done", "run ok", "run ok"), history(caller, directory));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aCleanupWaitsForAllRunsAndLeavesNothing(Caller caller) throws Exception {
    Path directory = caller.directory();
    Files.writeString(directory.resolve("box.yaml"), HEAD + "box\n" + HOLD);
    ok(caller, directory, "apply", "box.yaml");
    Started run = start(caller, directory, "run", "hold");
    assertEquals("started", run.line());
    Started other = start(caller, directory, "run", "hold");
    assertEquals("started", other.line());
    Started cleanup = start(caller, directory, "cleanup", "--yes");
    String complaint = cleanup.complaint();
    assertTrue(complaint.startsWith("chroot-lite: waiting for run of box/hold (pid "), complaint);
    assertTrue(complaint.contains("(pid " + run.pid() + ",") && complaint.contains("(pid " + other.pid() + ","));
    assertEquals(new Caller.Outcome(0, "over\n", ""), run.end());
    assertTrue(cleanup.isAlive());
    assertEquals(new Caller.Outcome(0, "over\n", ""), other.end());
    assertEquals(0, cleanup.end().exit());
    new Remains(caller.home(directory)).assertEmpty();
    assertEquals(List.of("apply done", "run ok", "run ok", "cleanup done"), history(caller, directory));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void runsGoOnWhileTheirSandboxIsAppliedAgainAndAgain(Caller caller) throws Exception {
    Path directory = caller.directory();
    Path manifest = directory.resolve("box.yaml");
    Files.writeString(directory.resolve("say.sh"), "#!/bin/sh\necho 0\n");
    Files.writeString(manifest, HEAD + "box\nscripts:\n  say: {file: say.sh}\n");
    ok(caller, directory, "apply", "box.yaml");
    Started runs =
        start(caller, directory, "run", "box/say", "--repeat", "30", "--parallel", "3", "-o", "json");
    int applied = 0;
    do {
      applied++;
      Files.writeString(directory.resolve("say.sh"), "#!/bin/sh\necho " + applied + "\n");
      ok(caller, directory, "apply", "box.yaml");
    } while (runs.isAlive() && applied < 5);
    Caller.Outcome outcome = runs.end();
    assertEquals(0, outcome.exit(), outcome.toString());
    List<JsonNode> results = outcome.out().lines().map(JSON::readTree).toList();
    assertEquals(30, results.size());
    for (JsonNode result : results) {
      assertTrue(result.get("stdout").asString().matches("[0-5]\n"), result.toString());
    }
    assertEquals(new Caller.Outcome(0, applied + "\n", ""), caller.run(directory, "run", "say"));
    assertEquals(30 + 2 + applied, history(caller, directory).size());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void allRunsOfAManifestThatNobodyHasAppliedYetAreOk(Caller caller) throws Exception {
    Path directory = caller.directory();
    String mounts = HostView.mounts();
    Files.writeString(
        directory.resolve("box.yaml"), HEAD + "box\nrootfs: {writes: keep}\nscripts:\n  say: {run: echo said}\n");
    List<Started> runs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      runs.add(start(caller, directory, "run", "-f", "box.yaml", "say"));
    }
    for (Started run : runs) {
      Caller.Outcome outcome = run.end();
      assertEquals(0, outcome.exit(), outcome.toString());
      assertEquals("said\n", outcome.out());
      for (String complaint : outcome.err().lines().toList()) {
        assertTrue(complaint.startsWith("chroot-lite: waiting for "), complaint);
      }
    }
    Remains remains = new Remains(caller.home(directory));
    assertEquals(Set.of("box"), remains.index().keySet());
    remains.assertTidy();
    List<String> history = history(caller, directory);
    assertEquals(4, history.stream().filter("run ok"::equals).count(), history.toString());
    assertTrue(history.size() <= 8, history.toString());
    assertEquals(mounts, HostView.mounts());
  }
}
