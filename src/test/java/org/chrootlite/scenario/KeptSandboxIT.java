package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a sandbox keeps lasts as long as the sandbox, and goes with nobody's leave but its owner's. */
final class KeptSandboxIT {
  private static final String SCRIPTS =
      """
      scripts:
        put: {run: echo put >> /data; wc -l < /data}
        count: {run: wc -l < /data}
      """;
  private static final String KEEP = "rootfs: {writes: keep}\n";

  /** A sandbox that has kept something. */
  private static Place kept(Caller caller) throws Exception {
    Place place = Place.of(caller).write("kept.yaml", Place.sandbox("kept", KEEP + SCRIPTS));
    place.out(0, "apply", "kept.yaml");
    assertEquals("1\n", place.out(0, "run", "put"));
    assertEquals("2\n", place.out(0, "run", "put"));
    return place;
  }

  private static void assertGone(Place place) {
    assertFalse(Files.exists(place.home().resolve("layers/kept")));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void itLastsThroughUpdates(Caller caller) throws Exception {
    Place place = kept(caller);
    String[] settings = {
      "limits: {memory: 64MB, disk: 8MB}\n",
      "network: host\n",
      "user: {uid: 1000, gid: 7}\nhostname: another\nenvironment: {A: b}\n",
      "user: {uid: 0, gid: 0}\nmounts: [{tmpfs: /scratch, size: 1MB}]\n"
    };
    int lines = 2;
    for (String setting : settings) {
      place.write("kept.yaml", Place.sandbox("kept", KEEP + setting + SCRIPTS));
      String plan = place.out(0, "apply", "kept.yaml");
      assertTrue(plan.startsWith("~ update kept (kept.yaml:3)\n") && !plan.contains("layer"), plan);
      lines++;
      assertEquals(lines + "\n", place.out(0, "run", "put"));
      assertEquals("nothing to do: 1 unchanged\n", place.out(0, "diff", "kept.yaml"));
    }
    place.write("kept.yaml", Place.sandbox("kept", KEEP + "scripts: {last: {run: cat /data | wc -l}}\n"));
    assertEquals(lines + "\n", place.out(0, "run", "-f", "kept.yaml", "last"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void itStaysOnAnotherRootfsAndThePlanSaysSo(Caller caller) throws Exception {
    Place place = kept(caller);
    String python = "  version: {command: [python3, -c, print(6 * 7)]}\n";
    place.write("kept.yaml", Place.sandbox("kept", "rootfs: {template: python, writes: keep}\n" + SCRIPTS + python));
    String plan = place.out(1, "diff", "kept.yaml");
    assertTrue(plan.contains("    rootfs.template: base -> python\n"), plan);
    assertTrue(
        plan.contains(
            "    layer: kept, now on another rootfs: what it changed or deleted hides what is there;"
                + " nothing of it is lost\n"),
        plan);
    assertEquals(plan, place.out(0, "apply", "kept.yaml"));
    assertEquals("3\n", place.out(0, "run", "put"));
    assertEquals("42\n", place.out(0, "run", "version"));
    assertEquals("nothing to do: 1 unchanged\n", place.out(0, "diff", "kept.yaml"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void offATerminalItIsDeletedWithYesOnly(Caller caller) throws Exception {
    Place place = kept(caller);
    place.write("kept.yaml", Place.sandbox("kept", "rootfs: {writes: discard}\n" + SCRIPTS));
    place.write("new.yaml", Place.sandbox("new", "scripts: {hello: {run: echo hello}}\n"));
    Caller.Outcome refused = place.run("apply", ".");
    assertEquals(2, refused.exit(), refused::toString);
    assertEquals(place.out(1, "diff", "."), refused.out());
    String loss = "    rootfs.writes: keep -> discard\n    layer: deleted, with all that was kept in it (";
    assertTrue(refused.out().contains(loss), refused.out());
    assertTrue(
        refused.err().matches(
            "chroot-lite: this would delete what these sandboxes have kept: kept \\([0-9.]+ KiB\\);"
                + " say --yes to do that. Nothing was applied\n"),
        refused.err());
    Caller.Outcome run = place.run("run", "-f", ".", "new/hello");
    assertEquals(125, run.exit());
    assertEquals("", run.out(), "standard output is the script's");
    assertTrue(run.err().contains("Nothing was applied, and nothing was run\n"), run.err());
    assertEquals("kept\n", place.out(0, "list", "-o", "name"), "nothing else is applied either");
    assertEquals("2\n", place.run("run", "count").out());
    assertEquals(0, place.run("apply", "--yes", ".").exit());
    assertGone(place);
    assertEquals("1\n", place.out(0, "run", "put"));
    assertEquals("1\n", place.out(0, "run", "put"));
    // It is an empty one that comes next.
    place.write("kept.yaml", Place.sandbox("kept", KEEP + SCRIPTS));
    assertTrue(place.out(0, "apply", ".").contains("    layer: an empty one is made\n"));
    assertEquals("1\n", place.out(0, "run", "put"));
    assertEquals(2, place.run("delete", "new", "kept").exit());
    assertEquals("kept\nnew\n", place.out(0, "list", "-o", "name"));
    assertEquals(2, place.run("cleanup").exit());
    assertEquals("2\n", place.out(0, "run", "put"));
    assertEquals(0, place.run("delete", "--yes", "kept").exit());
    assertGone(place);
    // What is no longer listed goes the same way.
    place.out(0, "apply", ".");
    assertEquals("1\n", place.out(0, "run", "put"));
    Files.delete(place.path("kept.yaml"));
    assertEquals(2, place.run("apply", ".").exit());
    assertEquals("2\n", place.out(0, "run", "put"));
    assertEquals(0, place.run("--yes", "apply", ".").exit());
    assertEquals("new\n", place.out(0, "list", "-o", "name"));
    assertGone(place);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void onATerminalItsOwnerIsAsked(Caller caller) throws Exception {
    Place place = kept(caller);
    for (String answer : new String[] {"n\n", "\n", "yellow\n"}) {
      Caller.Outcome no = place.onTerminal("./chroot-lite delete kept", answer);
      assertEquals(2, no.exit(), no::toString);
      String question = "Delete what these sandboxes have kept: kept \\([0-9.]+ KiB\\)\\? \\[y/N\\] ";
      assertTrue(no.out().matches("(?s).*" + question + ".*chroot-lite: nothing was deleted\n"), no::toString);
      assertEquals("2\n", place.out(0, "run", "count"));
    }
    place.write("kept.yaml", Place.sandbox("kept", SCRIPTS));
    Caller.Outcome unapplied = place.onTerminal("./chroot-lite apply kept.yaml", "n\n");
    assertEquals(2, unapplied.exit(), unapplied::toString);
    assertEquals("2\n", place.run("run", "count").out());
    Caller.Outcome yes = place.onTerminal("./chroot-lite apply kept.yaml", "y\n");
    assertEquals(0, yes.exit(), yes::toString);
    assertGone(place);
    assertEquals("nothing to do: 1 unchanged\n", place.out(0, "diff", "kept.yaml"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void twoRunsNeverUseItAtTheSameTime(Caller caller) throws Exception {
    String alone =
        "scripts: {alone: {run: mkdir /alone; sleep 0.2; rmdir /alone; echo done >> /data; wc -l < /data}}\n";
    Place place = Place.of(caller).write("kept.yaml", Place.sandbox("kept", KEEP + alone));
    place.out(0, "apply", "kept.yaml");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          place
              .prepare("run", "alone", "--repeat", "3", "--parallel", "3")
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(place.path("output" + i).toFile())
              .start());
    }
    for (int i = 0; i < 3; i++) {
      assertEquals(0, processes.get(i).waitFor(), Files.readString(place.path("output" + i)));
    }
    assertEquals("10\n", place.out(0, "run", "alone"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void itsSizeIsLimitedAndTold(Caller caller) throws Exception {
    String fill = "scripts: {fill: {run: dd if=/dev/zero of=/fill bs=100000 count=20 2> /dev/null; sleep 30}}\n";
    Place place = Place.of(caller).write("kept.yaml", Place.sandbox("kept", KEEP + "limits: {disk: 1MB}\n" + fill));
    Caller.Outcome ended = place.run("run", "-f", "kept.yaml", "fill");
    assertEquals(122, ended.exit(), ended::toString);
    assertTrue(ended.err().contains("kept/fill: disk-limit: the sandbox's layer holds "), ended.err());
    assertTrue(place.out(0, "info", "kept").matches("(?s).*\ndisk      layer [0-9.]+ Mi?B, launchers .*"));
    assertTrue(place.json(0, "info", "kept", "-o", "json").get("disk").get("layer").asLong() > 1_000_000);
  }
}
