package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** A command that is killed, the state that it is killed in, and what must hold then. */
abstract class KillStory {
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

  /** What was on record before the command that is killed, and the index then and after it. */
  record Before(Set<String> ids, SortedMap<String, String> old, SortedMap<String, String> after) {}

  /** Makes the state that the command is killed in. */
  abstract void begin(Victim victim) throws Exception;

  /** The command that is killed. */
  abstract List<String> command(Victim victim);

  /** Looks at what is left, and goes on from there. */
  abstract void goOn(Victim victim, Before before) throws Exception;

  /** Makes it what it was; what was saved is there already. */
  void restored(Victim victim) throws Exception {}

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
  static Map<String, JsonNode> history(Victim victim) throws Exception {
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

  static final KillStory APPLY =
      new KillStory() {
        @Override
        void begin(Victim victim) throws Exception {
          applyFirst(victim);
          write(
              victim,
              Map.of(
                  "keeper", KEEPER.replace("LIMIT", "20s"),
                  "changing", CHANGING.replace("WRITES", "discard"),
                  "fresh", FRESH));
        }

        @Override
        List<String> command(Victim victim) {
          return List.of("apply", "--yes", manifests(victim));
        }

        @Override
        void goOn(Victim victim, Before before) throws Exception {
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

  static final KillStory FIRST_APPLY =
      new KillStory() {
        @Override
        void begin(Victim victim) throws Exception {
          write(victim, Map.of("keeper", KEEPER.replace("LIMIT", "30s"), "fresh", FRESH));
          victim.ok("list");
          // Where nothing was applied yet there is no directory either.
          Files.createDirectory(victim.home());
          Files.setAttribute(victim.home(), "unix:uid", Files.getAttribute(victim.directory(), "unix:uid"));
        }

        @Override
        List<String> command(Victim victim) {
          return List.of("apply", manifests(victim));
        }

        @Override
        void restored(Victim victim) throws IOException {
          Victim.delete(victim.home().resolve("rootfs"));
        }

        @Override
        void goOn(Victim victim, Before before) throws Exception {
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

  static final KillStory RUN =
      new KillStory() {
        @Override
        void begin(Victim victim) throws Exception {
          applyFirst(victim);
        }

        @Override
        List<String> command(Victim victim) {
          return List.of("run", "put", "--", victim.mark());
        }

        @Override
        void goOn(Victim victim, Before before) throws Exception {
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

  static final KillStory DELETE =
      new KillStory() {
        @Override
        void begin(Victim victim) throws Exception {
          applyFirst(victim);
        }

        @Override
        List<String> command(Victim victim) {
          return List.of("delete", "--yes", "leaving");
        }

        @Override
        void goOn(Victim victim, Before before) throws Exception {
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

  static final KillStory CLEANUP =
      new KillStory() {
        @Override
        void begin(Victim victim) throws Exception {
          applyFirst(victim);
        }

        @Override
        void restored(Victim victim) throws Exception {
          // Its tree is gone, or is what the last one has left of it.
          victim.ok("apply", manifests(victim));
        }

        @Override
        List<String> command(Victim victim) {
          return List.of("cleanup", "--yes");
        }

        @Override
        void goOn(Victim victim, Before before) throws Exception {
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
}
