package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The program is killed before each of the system calls by which it changes its state directory, one after the other;
 * and each time the next command finds a state that is whole, and loses nothing.
 *
 * <p>Where whole trees are written or deleted, and of locks, only some of the many like steps are taken; {@code -Dkill.all} takes
 * all. An ordinary user, whose commands do the same, takes a sample.
 */
final class KillAtEachStepIT {
  private static final int WORKERS = 2;

  /** Of the steps within a tree one of so many is taken, as all are alike. */
  private static final int WITHIN_A_TREE = 40;

  /** Likewise of those that make lock files, and say there who holds the lock. */
  private static final int LOCKS = 4;

  /** Of all steps an ordinary user takes one of so many. */
  private static final int SAMPLE = 11;

  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\n";

  private static final String KEEPER =
      HEAD
          + """
          name: keeper
          rootfs: {writes: keep}
          limits: {wallTime: LIMIT}
          scripts:
            put:
              run: |
                echo line >> /kept
                echo said; echo complained >&2
                echo collected > result
              artifacts: [/work/result]
            filed: {file: filed.sh}
          """;

  private static final String LEAVING =
      HEAD + "name: leaving\nrootfs: {writes: keep}\nscripts:\n  last: {run: mkdir -p /a/b; echo precious > /kept}\n";

  private static final String CHANGING =
      HEAD + "name: changing\nrootfs: {writes: WRITES}\nscripts:\n  change: {run: \"echo WRITES > /kept\"}\n";

  private static final String FRESH =
      HEAD + "name: fresh\nrootfs: {writes: keep}\nscripts:\n  new: {file: fresh.sh}\n  other: {run: echo other}\n";

  /** What is killed, and what must hold then. */
  private interface Story {
    /** Makes the state that the command is killed in. */
    void begin(Victim victim) throws Exception;

    /** The command that is killed. */
    List<String> command(Victim victim);

    /** Looks at what is left, and goes on from there. */
    void goOn(Victim victim, Before before) throws Exception;

    /** Makes it what it was; what was saved is there already. */
    default void restored(Victim victim) throws Exception {}
  }

  /** What was on record before the command that is killed, and the index then and after it. */
  private record Before(Set<String> ids, SortedMap<String, String> old, SortedMap<String, String> after) {}

  private static void write(Victim victim, Map<String, String> manifests) throws IOException {
    Path directory = victim.directory().resolve("manifests");
    Files.createDirectories(directory);
    for (String old : List.of("keeper", "leaving", "changing", "fresh")) {
      Files.deleteIfExists(directory.resolve(old + ".yaml"));
    }
    for (Map.Entry<String, String> manifest : manifests.entrySet()) {
      Files.writeString(directory.resolve(manifest.getKey() + ".yaml"), manifest.getValue());
    }
    Files.writeString(directory.resolve("filed.sh"), "#!/bin/sh\necho filed\n");
    Files.writeString(directory.resolve("fresh.sh"), "#!/bin/sh\necho fresh\n");
  }

  private static String manifests(Victim victim) {
    return victim.directory().resolve("manifests").toString();
  }

  /** Three sandboxes that have kept something each. */
  private static void applyFirst(Victim victim) throws Exception {
    write(
        victim,
        Map.of(
            "keeper", KEEPER.replace("LIMIT", "30s"),
            "leaving", LEAVING,
            "changing", CHANGING.replace("WRITES", "keep")));
    victim.ok("apply", manifests(victim));
    victim.ok("run", "put");
    victim.ok("run", "last");
    victim.ok("run", "change");
  }

  /** The history as the command prints it, by the ids of runs and operations: each must be there once. */
  private static Map<String, JsonNode> history(Victim victim) throws Exception {
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    if (!Files.exists(victim.home().resolve("history.jsonl"))) {
      return entries;
    }
    Caller.Outcome outcome = victim.run("history", "-o", "json");
    for (JsonNode entry : Box.results(outcome)) {
      String id = entry.get(entry.has("run") ? "run" : "id").asString();
      assertFalse(entries.containsKey(id), "twice in the history: " + entry);
      entries.put(id, entry);
    }
    assertEquals("", outcome.err());
    return entries;
  }

  private static List<JsonNode> added(Victim victim, Before before) throws Exception {
    List<JsonNode> added = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : history(victim).entrySet()) {
      if (!before.ids().contains(entry.getKey())) {
        added.add(entry.getValue());
      }
    }
    return added;
  }

  /** The outcomes of the operations that were added. */
  private static List<String> outcomes(Victim victim, Before before) throws Exception {
    return added(victim, before).stream().filter(entry -> entry.has("id")).map(
        entry -> entry.get("type").asString() + " " + entry.get("outcome").asString()).toList();
  }

  /** Whether it is the new state, as a whole; else it is the old one, as a whole. */
  private static boolean isNew(Victim victim, Before before) throws IOException {
    SortedMap<String, String> now = new Remains(victim.home()).index();
    if (!now.equals(before.after())) {
      assertEquals(before.old(), now);
    }
    return now.equals(before.after());
  }

  /** A command that changes nothing itself, but puts in order what it finds. */
  private static void recover(Victim victim, Before before) throws Exception {
    boolean isNew = isNew(victim, before);
    assertEquals(1, victim.run("delete", "nobody").exit());
    assertEquals(isNew, isNew(victim, before));
    new Remains(victim.home()).assertTidy();
  }

  private static final Story APPLY =
      new Story() {
        @Override
        public void begin(Victim victim) throws Exception {
          applyFirst(victim);
          write(
              victim,
              Map.of(
                  "keeper", KEEPER.replace("LIMIT", "20s"),
                  "changing", CHANGING.replace("WRITES", "discard"),
                  "fresh", FRESH));
        }

        @Override
        public List<String> command(Victim victim) {
          return List.of("apply", "--yes", manifests(victim));
        }

        @Override
        public void goOn(Victim victim, Before before) throws Exception {
          Remains remains = new Remains(victim.home());
          boolean isNew = isNew(victim, before);
          boolean began = isNew || remains.hasIntent();
          assertEquals("line\n", remains.kept("keeper", "kept"));
          if (!isNew) {
            assertEquals("precious\n", remains.kept("leaving", "kept"));
            assertEquals("keep\n", remains.kept("changing", "kept"));
          }
          recover(victim, before);
          victim.ok("apply", "--yes", manifests(victim));
          remains.assertTidy();
          assertEquals(before.after(), remains.index());
          assertEquals("line\n", remains.kept("keeper", "kept"));
          assertEquals("nothing", remains.kept("leaving", "kept"));
          assertEquals("nothing", remains.kept("changing", "kept"));
          victim.ok("diff", manifests(victim));
          List<String> expected = new ArrayList<>(List.of("apply done"));
          if (began) {
            expected.addFirst(isNew ? "apply done" : "apply interrupted");
          }
          assertEquals(expected, outcomes(victim, before));
          assertEquals("fresh\n", victim.ok("run", "new"));
        }
      };

  private static final Story FIRST_APPLY =
      new Story() {
        @Override
        public void begin(Victim victim) throws Exception {
          write(victim, Map.of("keeper", KEEPER.replace("LIMIT", "30s"), "fresh", FRESH));
          victim.ok("list");
          // Where nothing was applied yet there is no directory either.
          Files.createDirectory(victim.home());
          Files.setAttribute(victim.home(), "unix:uid", Files.getAttribute(victim.directory(), "unix:uid"));
        }

        @Override
        public List<String> command(Victim victim) {
          return List.of("apply", manifests(victim));
        }

        @Override
        public void restored(Victim victim) throws IOException {
          Victim.delete(victim.home().resolve("rootfs"));
        }

        @Override
        public void goOn(Victim victim, Before before) throws Exception {
          Remains remains = new Remains(victim.home());
          boolean began = isNew(victim, before) || remains.hasIntent();
          recover(victim, before);
          victim.ok("apply", manifests(victim));
          remains.assertTidy();
          assertEquals(before.after(), remains.index());
          victim.ok("diff", manifests(victim));
          assertEquals(began ? 2 : 1, outcomes(victim, before).size());
          assertEquals("fresh\n", victim.ok("run", "new"));
        }
      };

  private static final Story RUN =
      new Story() {
        @Override
        public void begin(Victim victim) throws Exception {
          applyFirst(victim);
        }

        @Override
        public List<String> command(Victim victim) {
          return List.of("run", "put", "--", victim.mark());
        }

        @Override
        public void goOn(Victim victim, Before before) throws Exception {
          Remains remains = new Remains(victim.home());
          assertEquals(before.old(), remains.index());
          SortedSet<String> begun = new TreeSet<>(history(victim).keySet());
          begun.addAll(remains.names("runs"));
          for (String name : remains.names("running")) {
            String id = name.replaceFirst("\\..*", "");
            if (remains.names("running").containsAll(List.of(id, id + ".job"))) {
              begun.add(id);
            }
          }
          begun.removeAll(before.ids());
          assertTrue(begun.size() <= 1, begun.toString());
          Map<String, String> printed = new TreeMap<>();
          for (String id : begun) {
            printed.put(id, remains.stream(id, "stdout") + remains.stream(id, "stderr"));
          }
          assertEquals("said\n", victim.ok("run", "put", "--", victim.mark()));
          assertEquals("", HostView.commandsWith(victim.mark()));
          remains.assertNothingPassing();
          List<JsonNode> runs = added(victim, before);
          assertEquals(begun.size() + 1, runs.size(), runs.toString());
          for (String id : begun) {
            JsonNode run = runs.getFirst();
            assertEquals(id, run.get("run").asString());
            assertTrue(Set.of("ok", "cancelled").contains(run.get("verdict").asString()), run.toString());
            assertEquals(printed.get(id), remains.stream(id, "stdout") + remains.stream(id, "stderr"));
            assertEquals(remains.stream(id, "stdout"), victim.ok("logs", id, "--stdout"));
          }
          assertTrue(remains.kept("keeper", "kept").matches("line\nline\n(line\n)?"), "what was kept is lost");
        }
      };

  private static final Story DELETE =
      new Story() {
        @Override
        public void begin(Victim victim) throws Exception {
          applyFirst(victim);
        }

        @Override
        public List<String> command(Victim victim) {
          return List.of("delete", "--yes", "leaving");
        }

        @Override
        public void goOn(Victim victim, Before before) throws Exception {
          Remains remains = new Remains(victim.home());
          boolean isNew = isNew(victim, before);
          boolean began = isNew || remains.hasIntent();
          if (!isNew) {
            assertEquals("precious\n", remains.kept("leaving", "kept"));
          }
          assertEquals(isNew ? 1 : 0, victim.run("delete", "--yes", "leaving").exit());
          remains.assertTidy();
          assertEquals(before.after(), remains.index());
          assertEquals("line\n", remains.kept("keeper", "kept"));
          List<String> expected = new ArrayList<>();
          if (began) {
            expected.add(isNew ? "delete done" : "delete interrupted");
          }
          if (!isNew) {
            expected.add("delete done");
          }
          assertEquals(expected, outcomes(victim, before));
          assertEquals("filed\n", victim.ok("run", "filed"));
        }
      };

  private static final Story CLEANUP =
      new Story() {
        @Override
        public void begin(Victim victim) throws Exception {
          applyFirst(victim);
        }

        @Override
        public void restored(Victim victim) throws Exception {
          // Its tree is gone, or is what the last one has left of it.
          victim.ok("apply", manifests(victim));
        }

        @Override
        public List<String> command(Victim victim) {
          return List.of("cleanup", "--yes");
        }

        @Override
        public void goOn(Victim victim, Before before) throws Exception {
          Remains remains = new Remains(victim.home());
          boolean isNew = isNew(victim, before);
          boolean began = isNew || remains.hasIntent();
          if (!isNew) {
            assertEquals("line\n", remains.kept("keeper", "kept"));
            assertEquals("precious\n", remains.kept("leaving", "kept"));
          }
          victim.ok("cleanup", "--yes");
          remains.assertEmpty();
          List<String> expected = new ArrayList<>(List.of("cleanup done"));
          if (began) {
            expected.addFirst(isNew ? "cleanup done" : "cleanup interrupted");
          }
          assertEquals(expected, outcomes(victim, before));
        }
      };

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void anApplyThatCreatesUpdatesAndDeletes(Caller caller) throws Exception {
    killAtEachStep(caller, APPLY, 100);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theFirstApply(Caller caller) throws Exception {
    killAtEachStep(caller, FIRST_APPLY, 300);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aRun(Caller caller) throws Exception {
    killAtEachStep(caller, RUN, 30);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aDeletion(Caller caller) throws Exception {
    killAtEachStep(caller, DELETE, 40);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aCleanup(Caller caller) throws Exception {
    killAtEachStep(caller, CLEANUP, 200);
  }

  private static void killAtEachStep(Caller caller, Story story, int fewest) throws Exception {
    String mounts = HostView.mounts();
    List<Victim> victims = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      Victim victim = new Victim(caller);
      story.begin(victim);
      victim.save();
      victims.add(victim);
    }
    Victim first = victims.getFirst();
    List<Victim.Step> steps = first.steps(story.command(first).toArray(String[]::new));
    List<Integer> points = points(steps, caller.isRoot() ? 1 : SAMPLE);
    System.out.printf(
        "%s, %s: killed at %d of %d steps%n",
        caller, story.command(first).getFirst(), points.size(), steps.size());
    assertTrue(steps.size() >= fewest, steps.toString());
    assertFalse(points.isEmpty());
    AtomicInteger next = new AtomicInteger();
    List<Future<List<String>>> futures = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
      for (Victim victim : victims) {
        futures.add(workers.submit(() -> killAt(victim, story, points, steps, next)));
      }
    }
    List<String> failures = new ArrayList<>();
    for (Future<List<String>> future : futures) {
      failures.addAll(future.get());
    }
    assertEquals("", String.join("\n", failures));
    assertEquals(mounts, HostView.mounts());
  }

  /** The numbers of the steps to be killed at. */
  private static List<Integer> points(List<Victim.Step> steps, int each) {
    List<Integer> points = new ArrayList<>();
    int within = 0;
    int locks = 0;
    for (int i = 0; i < steps.size(); i++) {
      String path = steps.get(i).path().toString();
      boolean isWanted = true;
      if (path.contains("/rootfs/.preparing-")) {
        isWanted = within++ % WITHIN_A_TREE == 0;
      } else if (path.contains("/locks/")) {
        isWanted = locks++ % LOCKS == 0;
      }
      if (isWanted || Boolean.getBoolean("kill.all")) {
        points.add(i + 1);
      }
    }
    List<Integer> some = new ArrayList<>();
    for (int i = 0; i < points.size(); i += Boolean.getBoolean("kill.all") ? 1 : each) {
      some.add(points.get(i));
    }
    return some;
  }

  private static List<String> killAt(
      Victim victim, Story story, List<Integer> points, List<Victim.Step> steps, AtomicInteger next)
      throws Exception {
    String[] command = story.command(victim).toArray(String[]::new);
    Remains remains = new Remains(victim.home());
    victim.restore();
    story.restored(victim);
    SortedMap<String, String> old = remains.index();
    victim.ok(command);
    SortedMap<String, String> after = remains.index();
    List<String> failures = new ArrayList<>();
    for (int i = next.getAndIncrement(); i < points.size(); i = next.getAndIncrement()) {
      int point = points.get(i);
      String where = String.join(" ", command) + ": step " + point + " " + steps.get(point - 1) + ": ";
      try {
        victim.restore();
        story.restored(victim);
        Set<String> ids = new HashSet<>(history(victim).keySet());
        assertTrue(victim.kill(point, command), "it came to its end before");
        story.goOn(victim, new Before(ids, old, after));
      } catch (Exception | AssertionError e) {
        failures.add(where + e);
      }
    }
    return failures;
  }
}
