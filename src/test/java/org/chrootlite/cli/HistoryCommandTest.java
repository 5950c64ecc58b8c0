package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chrootlite.audit.History;
import org.chrootlite.host.HostUser;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryCommandTest {
  private static final int USAGE = 2;

  @TempDir Path directory;
  private Path home;

  @BeforeEach
  void writeAHistory() throws IOException {
    home = directory.resolve("home");
    History history = History.in(StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD));
    history.append(entry("apply", "id", "a-1", Duration.ofDays(3), Map.of("paths", List.of("m\u001b[2J"))));
    history.append(run("r-2", "box", "hello", "ok", Duration.ofHours(30)));
    history.append(run("r-3", "box", "bye", "memory-limit", Duration.ofMinutes(90)));
    history.append(run("r-4", "red", "hello", "failed", Duration.ofSeconds(30)));
    history.force();
  }

  private static Map<String, Object> run(String id, String sandbox, String script, String verdict, Duration ago) {
    return entry("run", "run", id, ago, Map.of("sandbox", sandbox, "script", script, "verdict", verdict));
  }

  private static Map<String, Object> entry(
      String type, String idKey, String id, Duration ago, Map<String, Object> fields) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", type);
    entry.put(idKey, id);
    entry.put("time", Instant.now().minus(ago).toString());
    entry.putAll(new TreeMap<>(fields)); // of one order, for the golden file
    return entry;
  }

  private Invoked history(String... args) {
    List<String> all = new ArrayList<>(List.of("history", "--home", home.toString()));
    all.addAll(List.of(args));
    return Invoked.of(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                             | a-1 r-2 r-3 r-4",
        "hello                                        | r-2 r-4",
        "box                                          | r-2 r-3",
        "box/hello                                    | r-2",
        "--verdict ok --verdict memory-limit          | r-2 r-3",
        "--since 2h                                   | r-3 r-4",
        "--until 2h                                   | a-1 r-2",
        "--since 2d --until 1h                        | r-2 r-3",
        "--since 2026-01-01 --until 2999-01-01T00:00Z | a-1 r-2 r-3 r-4",
        "--last 2                                     | r-3 r-4",
        "--last 1 hello --since 3d                    | r-4",
        "--last 1 --verdict ok                        | r-2",
      })
  void whatIsAskedForIsPrintedTheOldestFirst(String args, String ids) {
    List<String> all = new ArrayList<>(List.of("-o", "name"));
    if (args != null) {
      all.addAll(List.of(args.strip().split(" +")));
    }
    assertEquals(new Invoked(0, ids.replace(' ', '\n') + "\n", ""), history(all.toArray(String[]::new)));
  }

  @Test
  void aTableIsForPeople() {
    Invoked table = history();
    assertEquals(0, table.code());
    List<String> lines = table.out().lines().toList();
    assertEquals(5, lines.size());
    assertTrue(lines.getFirst().startsWith("TIME                 ID   WHAT "), lines.getFirst());
    assertTrue(lines.get(1).contains("  a-1  apply m\\x1b[2J  "), lines.get(1));
  }

  @Test
  void jsonIsAnObjectALineAndYamlAList() throws IOException {
    String stored = Files.readString(home.resolve("history.jsonl"));
    assertEquals(new Invoked(0, stored, ""), history("-o", "json"));
    assertTrue(stored.contains("m\\u001b[2J"));
    String yaml = history("box/bye", "-o", "yaml").out().replaceAll("time: .*", "time: T");
    Golden.assertMatches("history/run.yaml", yaml);
  }

  @Test
  void wrongArgumentsAreExplained() {
    assertWrong("--verdict: there is no verdict \"memory-limits\"; did you mean \"memory-limit\"?", "--verdict",
        "memory-limits");
    assertWrong("--since: \"tomorrow\" is not a time, such as " + Moment.FORMS, "--since", "tomorrow");
    assertWrong("--until: \"1\" is not a time, such as " + Moment.FORMS, "--until", "1");
    assertWrong("no time is between --since and --until", "--since", "1h", "--until", "2h");
    assertWrong("--last: 0 is not a number from 1", "--last", "0");
    assertTrue(history("--verdict", "zzz").err().contains("there are ok, failed, "));
  }

  private void assertWrong(String message, String... args) {
    assertEquals(
        new Invoked(USAGE, "", "chroot-lite: " + message + "\nSee chroot-lite history --help\n"), history(args));
  }

  @Test
  void whereNothingIsFoundItIsSaidWithTheNameThatMayBeMeant() {
    String nothing = "chroot-lite: nothing in the history is like that";
    assertEquals(new Invoked(0, "", nothing + "; did you mean \"hello\"?\n"), history("helo"));
    assertEquals(new Invoked(0, "", nothing + "\n"), history("hello", "--verdict", "cancelled"));
    assertEquals(new Invoked(0, "", nothing + "\n"), history("hello", "--verdict", "cancelled", "-o", "json"));
  }

  @Test
  void withoutAStateDirectoryNothingHasHappenedAndNoneIsMade() {
    home = directory.resolve("none");
    assertEquals(new Invoked(0, "", "chroot-lite: nothing was run or applied yet\n"), history());
    assertFalse(Files.exists(home));
  }

  @Test
  void damagedLinesAreTold() throws IOException {
    Files.writeString(home.resolve("history.jsonl"), "half\n", StandardOpenOption.APPEND);
    Invoked invoked = history("-o", "name");
    assertEquals(4, invoked.out().lines().count());
    assertEquals(
        "chroot-lite: 1 line of the history is damaged and left out; "
            + "a process was killed or power failed while it was written\n",
        invoked.err());
  }

  @Test
  void theHistoryOfANewerProgramIsRefused() throws IOException {
    Files.writeString(home.resolve("version"), "999\n");
    Invoked invoked = history();
    assertEquals(USAGE, invoked.code());
    assertTrue(invoked.err().contains("has version 999"), invoked.err());
  }
}
