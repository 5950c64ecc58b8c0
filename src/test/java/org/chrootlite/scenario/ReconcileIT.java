package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Sandboxes follow their manifests, and nothing else. */
final class ReconcileIT {
  private static final String HELLO = "scripts: {hello: {run: echo hello}}\n";
  private static final String COUNT = "#!/bin/sh\necho one\n";

  private static final String FIRST_PLAN =
      """
      + prepare rootfs template base: there is none yet
      + create blue (boxes/blue.yaml:3): rootfs template base; scripts count, hello
      + create green (boxes/more.yml:3): rootfs template base; script hello
      + create red (boxes/more.yml:8): rootfs template base, which keeps what is written to it; script put
      1 rootfs to prepare, 3 to create
      """;

  private static final String BLUE =
      Place.sandbox(
          "blue",
          """
          limits: {memory: 64MB}
          scripts:
            hello: {run: echo hello from blue}
            count: {file: count.sh}
          """);

  /** Three sandboxes, in two files. */
  private static Place boxes(Caller caller) throws IOException {
    String red = Place.sandbox("red", "rootfs: {writes: keep}\nscripts: {put: {run: echo put >> /data; cat /data}}\n");
    return Place.of(caller)
        .write("boxes/blue.yaml", BLUE)
        .write("boxes/count.sh", COUNT)
        .write("boxes/more.yml", Place.sandbox("green", HELLO) + "---\n" + red)
        .write("boxes/notes.txt", "no manifest\n");
  }

  private static Place applied(Caller caller) throws Exception {
    Place place = boxes(caller);
    place.out(0, "apply", "boxes");
    return place;
  }

  private static void assertNothingToDo(Place place, int unchanged, String... paths) throws Exception {
    String[] command = new String[paths.length + 1];
    command[0] = "diff";
    System.arraycopy(paths, 0, command, 1, paths.length);
    assertEquals("nothing to do: " + unchanged + " unchanged\n", place.out(0, command));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatDiffAndDryRunPrintIsWhatApplyPrintsAndDoes(Caller caller) throws Exception {
    Place place = boxes(caller);
    assertEquals(FIRST_PLAN, place.out(1, "diff", "boxes"));
    assertEquals(FIRST_PLAN, place.out(0, "apply", "--dry-run", "boxes"));
    assertFalse(Files.exists(place.home()), "a diff makes no state directory");
    assertEquals(FIRST_PLAN, place.out(0, "apply", "boxes"));
    SortedMap<Path, String> state = place.state();
    assertNothingToDo(place, 3, "boxes");
    assertEquals("nothing to do: 3 unchanged\n", place.out(0, "apply", "--dry-run", "boxes"));
    place.write("boxes/blue.yaml", BLUE.replace("64MB", "65MB"));
    place.write("boxes/more.yml", Place.sandbox("green", HELLO));
    String second = place.out(1, "diff", "boxes");
    assertEquals(second, place.out(0, "apply", "--dry-run", "boxes"));
    for (String[] command : new String[][] {{"list"}, {"info", "blue"}, {"history"}}) {
      place.out(0, command);
    }
    assertEquals(state, place.state(), "who looks changes nothing");
    assertEquals(second, place.out(0, "apply", "--yes", "boxes"));
    assertNothingToDo(place, 2, "boxes");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void eachChangedFieldIsToldWithItsOldAndNewValue(Caller caller) throws Exception {
    Place place = applied(caller);
    place.write(
        "boxes/blue.yaml",
        Place.sandbox(
            "blue",
            """
            description: The blue one
            limits: {memory: 96MB, cpuTime: 2s}
            network: host
            scripts:
              hello: {run: echo hello from another blue}
              count: {file: count.sh}
              third: {command: [echo, third]}
            """));
    place.write("boxes/count.sh", "#!/bin/sh\necho one, two\n");
    String plan =
        """
        ~ update blue (boxes/blue.yaml:3)
            description: not set -> The blue one
            limits.cpuTime: not set -> 2 s
            limits.memory: 64 MB -> 96 MB
            network: none -> host
            scripts.count.file (content): 19 B -> 24 B
            scripts.hello.run: echo hello from blue -> echo hello from another blue
            scripts.third: not set -> command [echo, third]
        1 to update, 2 unchanged
        """;
    assertEquals(plan, place.out(0, "apply", "boxes"));
    assertNothingToDo(place, 3, "boxes");
    assertEquals("one, two\n", place.out(0, "run", "count"));
    assertEquals("third\n", place.out(0, "run", "third"));
    // As long as before.
    place.write("boxes/count.sh", "#!/bin/sh\necho two, one\n");
    assertEquals("one, two\n", place.run("run", "count").out());
    String line = place.out(0, "apply", "boxes").lines().skip(1).findFirst().orElse("");
    assertTrue(
        line.matches(" {4}scripts.count.file \\(content\\): 24 B, sha256 \\w{12} -> 24 B, sha256 \\w{12}"), line);
    assertEquals("two, one\n", place.out(0, "run", "count"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void anotherLayoutIsNoChangeAndNoLongerStaleOnceItIsApplied(Caller caller) throws Exception {
    Place place = applied(caller);
    place.write(
        "boxes/blue.yaml",
        """
        # The same, otherwise written.
        name:   'blue'
        scripts:
          count:
            file: ./count.sh
          hello:
            run: "echo hello from blue"   # says hello

        limits:
          memory: 64000000
        kind: Sandbox
        apiVersion: chroot-lite/v1
        """);
    Caller.Outcome stale = place.run("run", "count");
    assertEquals("one\n", stale.out());
    assertTrue(stale.err().contains("boxes/blue.yaml was changed since it was applied"), stale.err());
    assertNothingToDo(place, 3, "boxes");
    assertEquals("nothing to do: 3 unchanged\n", place.out(0, "apply", "boxes"));
    assertEquals("one\n", place.out(0, "run", "count"));
    assertTrue(place.out(0, "info", "blue").contains("manifest  boxes/blue.yaml:2\n"));
    assertNothingToDo(place, 3, "boxes");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatIsNoLongerListedIsDeletedUnlessPruningIsForbidden(Caller caller) throws Exception {
    Place place = applied(caller);
    Files.delete(place.path("boxes/blue.yaml"));
    assertEquals("nothing to do: 2 unchanged\n", place.out(0, "apply", "--no-prune", "boxes"));
    // Another path does not speak for it.
    place.write("other.yaml", Place.sandbox("other", HELLO));
    assertEquals(
        "+ create other (other.yaml:3): rootfs template base; script hello\n1 to create\n",
        place.out(0, "apply", "other.yaml"));
    assertEquals("blue\ngreen\nother\nred\n", place.out(0, "list", "-o", "name"));
    String plan = "- delete blue: no longer listed in boxes/blue.yaml\n1 to delete, 2 unchanged\n";
    assertEquals(plan, place.out(1, "diff", "boxes"));
    assertEquals(plan, place.out(0, "apply", "boxes"));
    assertEquals("green\nother\nred\n", place.out(0, "list", "-o", "name"));
    assertTrue(place.err(125, "run", "blue/hello").contains("there is no job \"blue/hello\""));
    assertNothingToDo(place, 2, "boxes");
    // A document less in a file of several.
    place.write("boxes/more.yml", Place.sandbox("green", HELLO));
    assertTrue(place.out(1, "diff", "boxes/more.yml").startsWith("- delete red: no longer listed in boxes/more.yml;"));
    assertNothingToDo(place, 1, "other.yaml");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aManifestIsTheSameWhicheverWayLeadsToIt(Caller caller) throws Exception {
    Place place = applied(caller);
    Files.createSymbolicLink(place.path("link"), Path.of("boxes"));
    Files.createSymbolicLink(place.path("blue.yaml"), Path.of("boxes/blue.yaml"));
    assertNothingToDo(place, 3, "link");
    assertNothingToDo(place, 1, "blue.yaml");
    assertNothingToDo(place, 3, "boxes", "blue.yaml", "boxes/../link/more.yml");
    assertNothingToDo(place, 3, place.path("link").toString());
    // The file has another name, and the directory that is applied has both.
    Files.move(place.path("boxes/more.yml"), place.path("boxes/renamed.yml"));
    assertNothingToDo(place, 3, "boxes");
    place.out(0, "apply", "boxes");
    assertTrue(place.out(0, "list").contains("boxes/renamed.yml"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aNameOfAnotherManifestIsAConflictAndNothingIsDone(Caller caller) throws Exception {
    Place place = applied(caller);
    place.write("mine/red.yaml", Place.sandbox("red", HELLO));
    place.write("mine/new.yaml", Place.sandbox("new", HELLO));
    String conflict =
        "! conflict on red: it was applied from boxes/more.yml:8, and mine/red.yaml:3 has that name too\n";
    SortedMap<Path, String> state = place.state();
    for (String[] command : new String[][] {{"diff", "mine"}, {"apply", "--dry-run", "mine"}}) {
      assertTrue(place.out(2, command).contains(conflict));
    }
    assertEquals(state, place.state());
    for (String[] command : new String[][] {{"apply", "mine"}, {"apply", "--yes", "--no-prune", "mine"}}) {
      Caller.Outcome outcome = place.run(command);
      assertEquals(2, outcome.exit(), outcome::toString);
      assertTrue(outcome.out().contains(conflict), outcome::toString);
      assertEquals("chroot-lite: nothing was applied\n", outcome.err());
    }
    Caller.Outcome run = place.run("run", "-f", "mine", "new/hello");
    assertEquals(125, run.exit());
    assertEquals("", run.out(), "standard output is the script's");
    assertTrue(run.err().contains(conflict), run.err());
    assertEquals("blue\ngreen\nred\n", place.out(0, "list", "-o", "name"));
    assertEquals("put\n", place.out(0, "run", "red/put"));
    // Who speaks for both may do it, though it loses what was kept.
    Files.delete(place.path("boxes/more.yml"));
    assertTrue(place.out(1, "diff", "boxes", "mine").contains("~ update red (mine/red.yaml:3)\n"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aSandboxWhoseManifestIsGoneIsAdoptedAndThatIsTold(Caller caller) throws Exception {
    Place place = applied(caller);
    assertEquals("put\n", place.out(0, "run", "put"));
    Path owner = place.path("boxes/more.yml").toRealPath();
    Files.createDirectory(place.path("moved"));
    Files.move(place.path("boxes/more.yml"), place.path("moved/more.yml"));
    String plan = place.out(1, "diff", "moved");
    String told = "~ update red (moved/more.yml:8)\n    manifest: " + owner + " (which is gone) -> ";
    assertTrue(plan.contains(told), plan);
    assertEquals(plan, place.out(0, "apply", "moved"));
    assertNothingToDo(place, 2, "moved");
    assertNothingToDo(place, 1, "boxes");
    assertEquals("put\nput\n", place.out(0, "run", "put"), "it is the same sandbox still");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void deletingWhatIsNotThereDeletesNothing(Caller caller) throws Exception {
    Place place = applied(caller);
    assertEquals(
        "chroot-lite: there is no sandbox \"bleu\"; did you mean \"blue\"?; nothing was deleted\n",
        place.err(1, "delete", "--yes", "green", "bleu", "red"));
    assertEquals("blue\ngreen\nred\n", place.out(0, "list", "-o", "name"));
    Caller.Outcome deleted = place.run("delete", "green", "blue");
    assertEquals(0, deleted.exit(), deleted::toString);
    assertEquals(
        "- delete blue (boxes/blue.yaml:3): asked for\n- delete green (boxes/more.yml:3): asked for\n2 to delete\n",
        deleted.out());
    assertEquals("red\n", place.out(0, "list", "-o", "name"));
    assertEquals("chroot-lite: there is no sandbox \"blue\": there are red\n", place.err(1, "info", "blue"));
    assertTrue(place.err(1, "delete", "blue").startsWith("chroot-lite: there is no sandbox \"blue\""));
    assertTrue(place.err(2, "delete").startsWith("chroot-lite: "));
    // The next apply brings back what is listed still.
    assertTrue(place.out(0, "apply", "boxes").endsWith("2 to create, 1 unchanged\n"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void ofInvalidManifestsNothingAtAllIsApplied(Caller caller) throws Exception {
    Place place = applied(caller);
    place.write("boxes/blue.yaml", BLUE.replace("64MB", "65MB"));
    place.write("boxes/new.yaml", Place.sandbox("new", HELLO));
    place.write("boxes/bad.yaml", Place.sandbox("bad", "limits: {memory: 128 parsecs}\n" + HELLO));
    place.write("boxes/twice.yaml", Place.sandbox("green", HELLO));
    SortedMap<Path, String> state = place.state();
    for (String[] command : new String[][] {{"diff", "boxes"}, {"apply", "--dry-run", "boxes"}}) {
      assertTrue(place.err(2, command).startsWith("boxes/bad.yaml:4:18: error: limits.memory: "));
    }
    assertEquals(state, place.state());
    String complaint = place.err(2, "apply", "boxes");
    assertTrue(complaint.contains("boxes/twice.yaml:3:7: error: name: "), complaint);
    assertTrue(complaint.endsWith("chroot-lite: 2 errors: nothing was done\n"), complaint);
    assertTrue(place.err(125, "run", "-f", "boxes", "blue/hello").contains("2 errors: nothing was done"));
    assertEquals("blue\ngreen\nred\n", place.out(0, "list", "-o", "name"));
    assertTrue(place.out(0, "info", "blue").contains("memory: 64MB"));
    assertTrue(place.err(2, "apply", "nowhere.yaml").contains("nowhere.yaml"));
    assertTrue(place.err(2, "apply").startsWith("chroot-lite: "));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void programsReadPlansAndSandboxes(Caller caller) throws Exception {
    Place place = boxes(caller);
    JsonNode plan = place.json(1, "diff", "boxes", "-o", "json");
    assertEquals(plan, place.json(0, "apply", "--dry-run", "boxes", "-o", "json"));
    assertEquals("rootfs/base\nblue\ngreen\nred\n", place.out(1, "diff", "boxes", "-o", "name"));
    JsonNode inYaml = place.yaml(1, "diff", "boxes", "-o", "yaml");
    assertEquals(plan, inYaml);
    assertEquals(plan, place.json(0, "apply", "boxes", "-o", "json"));
    assertEquals(
        List.of("prepare-rootfs", "create", "create", "create"),
        plan.get("actions").valueStream().map(action -> action.get("action").asString()).toList());
    assertEquals("{\"actions\":[],\"conflicts\":[],\"unchanged\":3}\n", place.out(0, "diff", "boxes", "-o", "json"));

    JsonNode list = place.json(0, "list", "-o", "json");
    assertEquals(3, list.size());
    JsonNode red = list.get(2);
    assertEquals(
        Set.of("name", "rootfs", "writes", "network", "scripts", "manifest", "line", "revision", "since"),
        new TreeSet<>(red.propertyNames()));
    assertEquals("red", red.get("name").asString());
    assertEquals("keep", red.get("writes").asString());
    assertEquals(place.path("boxes/more.yml").toRealPath().toString(), red.get("manifest").asString());
    assertEquals(8, red.get("line").asInt());
    assertEquals(list, place.yaml(0, "list", "-o", "yaml"));

    JsonNode info = place.json(0, "info", "blue", "-o", "json");
    assertEquals(64_000_000, info.get("spec").get("limits").get("memory").asLong());
    assertEquals(60.0, info.get("spec").get("limits").get("wallTime").asDouble(), "times are told in seconds");
    assertEquals("[\"ready\"]", info.get("state").toString());
    assertEquals("[]", info.get("runs").toString());
    assertTrue(info.get("disk").get("launchers").asLong() > 1000, info::toString);
    assertEquals(info, place.yaml(0, "info", "blue", "-o", "yaml"));
    assertEquals("blue\n", place.out(0, "info", "blue", "-o", "name"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whereNothingIsAppliedAllIsSaidAndNothingMade(Caller caller) throws Exception {
    Place place = boxes(caller);
    assertEquals("[]\n", place.out(0, "list", "-o", "json"));
    assertEquals("", place.out(0, "list", "-o", "name"));
    assertTrue(place.err(0, "list").startsWith("chroot-lite: there are no sandboxes in " + place.home()));
    assertTrue(place.err(1, "info", "blue").startsWith("chroot-lite: there is no sandbox \"blue\""));
    assertEquals("chroot-lite: nothing was run or applied yet\n", place.err(0, "history"));
    assertFalse(Files.exists(place.home()));
    assertTrue(place.err(125, "run", "hello").startsWith("chroot-lite: there is no job \"hello\""));
    assertTrue(place.err(1, "delete", "blue").startsWith("chroot-lite: there is no sandbox \"blue\""));
  }
}
