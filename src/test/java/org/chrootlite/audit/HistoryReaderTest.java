package org.chrootlite.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.model.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HistoryReaderTest {
  @TempDir Path home;

  private void write(String file, Object... lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Object line : lines) {
      text.append(line instanceof String damaged ? damaged : JsonWriter.toJson(line)).append('\n');
    }
    Files.writeString(home.resolve(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static Filter last(Filter filter, int count) {
    return new Filter(
        filter.job(), filter.types(), filter.verdicts(), filter.since(), filter.until(), OptionalInt.of(count));
  }

  private static Filter job(String job) {
    return Filter.ALL.of(job);
  }

  private static Map<String, Object> plan(Object... actions) {
    return Map.of("actions", List.of(actions));
  }

  private static Filter time(Optional<String> since, Optional<String> until) {
    return new Filter(
        Optional.empty(),
        Set.of(),
        Set.of(),
        since.map(Instant::parse),
        until.map(Instant::parse),
        OptionalInt.empty());
  }

  private void assertReads(Filter filter, String... ids) throws IOException {
    assertEquals(List.of(ids), Given.read(home, filter).ids());
    // Backward, and with a number that is none.
    assertEquals(List.of(ids), Given.read(home, last(filter, 1000)).ids());
  }

  @Test
  void whereThereIsNoDirectoryNothingHappenedAndNothingIsMade() throws IOException {
    Path none = home.resolve("none");
    assertEquals(new Given.Read(List.of(), 0), Given.readAll(none));
    assertEquals(List.of(), HistoryReader.of(none).runs("x", 1));
    assertFalse(Files.exists(none));
  }

  @Test
  void theOldestComesFirstOverAllFiles() throws IOException {
    write("history-2.jsonl", Given.run("c"), Given.run("d"));
    write("history-1.jsonl", Given.run("a"), Given.run("b"));
    write("history.jsonl", Given.run("e"));
    assertReads(Filter.ALL, "a", "b", "c", "d", "e");
    assertEquals(List.of("d", "e"), Given.read(home, last(Filter.ALL, 2)).ids());
    assertEquals(List.of("b", "c", "d", "e"), Given.read(home, last(Filter.ALL, 4)).ids());
  }

  @Test
  void theNewestAreFoundWithoutALookAtTheOtherFiles() throws IOException {
    write("history-2.jsonl", Given.run("a"), Given.run("b"));
    write("history.jsonl", Given.run("c"));
    Files.createDirectory(home.resolve("history-1.jsonl"));
    assertEquals(List.of("b", "c"), Given.read(home, last(Filter.ALL, 2)).ids());
    assertThrows(IOException.class, () -> Given.readAll(home));
  }

  @Test
  void aFileThatWasFullLongBeforeTheTimeThatIsAskedForIsNotRead() throws IOException {
    write("history-1.jsonl", Given.run("old", "box/a", "ok", "2026-11-20T00:00:00Z"), "damaged");
    write("history-2.jsonl", Given.run("new", "box/a", "ok", "2026-11-22T00:00:00Z"));
    Files.setLastModifiedTime(home.resolve("history-1.jsonl"), FileTime.from(Instant.parse("2026-11-20T01:00:00Z")));
    Filter since = time(Optional.of("2026-11-21T12:00:00Z"), Optional.empty());
    assertEquals(new Given.Read(List.of("new"), 0), Given.read(home, since));
    assertEquals(new Given.Read(List.of("new"), 0), Given.read(home, last(since, 5)));
    Filter earlier = time(Optional.of("2026-11-21T00:00:00Z"), Optional.empty());
    assertEquals(new Given.Read(List.of("new"), 1), Given.read(home, earlier));
  }

  @Test
  void damagedLinesAreCountedAndHideNoOther() throws IOException {
    write("history-1.jsonl", Given.run("a"), "{\"run\":\"half", "\0\0\0", Given.run("b"));
    write("history.jsonl", "[]", "{}", "\u00ff", Given.run("c"), "{\"run\":\"c\",\"run\":\"d\"}");
    assertEquals(new Given.Read(List.of("a", "b", "?", "c"), 5), Given.readAll(home));
    assertEquals(new Given.Read(List.of("a", "b", "?", "c"), 5), Given.read(home, last(Filter.ALL, 9)));
  }

  @Test
  void aLineThatIsBeingWrittenAtThisMomentIsWaitedFor() throws Exception {
    write("history.jsonl", Given.run("a"));
    String line = JsonWriter.toJson(Given.run("b"));
    Files.writeString(home.resolve("history.jsonl"), line.substring(0, 20), StandardOpenOption.APPEND);
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Thread.sleep(15);
                    write("history.jsonl", line.substring(20));
                  } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    assertEquals(new Given.Read(List.of("a", "b"), 0), Given.readAll(home));
    writer.join();
  }

  @Test
  void aLastLineThatStaysHalfIsDamaged() throws IOException {
    write("history.jsonl", Given.run("a"));
    Files.writeString(home.resolve("history.jsonl"), "{\"run\":", StandardOpenOption.APPEND);
    assertEquals(new Given.Read(List.of("a"), 1), Given.readAll(home));
  }

  @Test
  void ofTwoEntriesWithOneIdTheFirstCounts() throws IOException {
    write("history-1.jsonl", Given.run("a", "box/hello", "ok", ""), Map.of("type", "apply"));
    write(
        "history.jsonl",
        Given.run("b"),
        Given.run("a", "box/hello", "cancelled", ""),
        Given.run("c"),
        Map.of("type", "apply"));
    assertReads(Filter.ALL, "a", "?", "b", "c", "?");
    Filter cancelled =
        new Filter(
            Optional.empty(),
            Set.of(),
            Set.of(Verdict.CANCELLED),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty());
    assertReads(cancelled);
  }

  @Test
  void aJobIsAScriptASandboxOrBoth() throws IOException {
    write(
        "history.jsonl",
        Given.run("1", "box/hello", "ok", ""),
        Given.run("2", "box/bye", "ok", ""),
        Given.run("3", "red/hello", "ok", ""),
        Given.run("4", "hello/x", "ok", ""),
        Map.of("type", "delete", "id", "5", "names", List.of("box")),
        Map.of("type", "apply", "id", "6", "plan", plan("odd", Map.of("sandbox", "box"))),
        Map.of("type", "apply", "id", "7", "plan", plan(Map.of("sandbox", "red"))),
        Map.of("type", "apply", "id", "8", "plan", "odd"));
    assertReads(job("box"), "1", "2", "5", "6");
    assertReads(job("hello"), "1", "3", "4");
    assertReads(job("box/hello"), "1");
    assertReads(job("box/*"), "1", "2");
    assertReads(job("box/"));
    assertReads(job("nothing"));
    assertEquals(List.of("2"), Given.read(home, Filter.last("run", 1).of("box")).ids());
  }

  @Test
  void verdictsAndTypesAreFiltered() throws IOException {
    write(
        "history.jsonl",
        Given.run("1", "box/a", "ok", ""),
        Given.run("2", "box/a", "memory-limit", ""),
        Given.run("3", "box/a", "of-the-future", ""),
        Map.of("type", "apply", "id", "4", "outcome", "ok"));
    Filter verdicts =
        new Filter(
            Optional.empty(),
            Set.of(),
            Set.of(Verdict.OK, Verdict.MEMORY_LIMIT),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty());
    assertReads(verdicts, "1", "2");
    assertEquals(List.of("4"), Given.read(home, Filter.last("apply", 3)).ids());
  }

  @Test
  void timesAreFilteredAndOneThatCannotBeReadHidesNothing() throws IOException {
    write(
        "history.jsonl",
        Given.run("1", "box/a", "ok", "2026-11-22T08:00:00.000Z"),
        Given.run("2", "box/a", "ok", "2026-11-22T08:00:00.001Z"),
        Given.run("3", "box/a", "ok", "yesterday"),
        Map.of("run", "4"));
    assertReads(time(Optional.of("2026-11-22T08:00:00.001Z"), Optional.empty()), "2", "3", "4");
    assertReads(time(Optional.empty(), Optional.of("2026-11-22T08:00:00.001Z")), "1", "3", "4");
    assertReads(time(Optional.of("2026-11-22T08:00:00Z"), Optional.of("2026-11-22T08:00:01Z")), "1", "2", "3", "4");
  }

  @Test
  void aRunIsFoundByItsIdOrAPartOfIt() throws IOException {
    write("history-1.jsonl", Given.run("20261122T081500Z-4f7c1e"), Given.run("20261122T081500Z-000001"), "4f7c {");
    write(
        "history.jsonl",
        Given.run("20261122T081501Z-4f7c22"),
        Map.of("type", "apply", "id", "20261122T081501Z-ffffff"),
        Map.of("type", "run", "run", "other", "evidence", "4f7c"));
    HistoryReader reader = HistoryReader.of(home);
    assertEquals(2, reader.runs("4f7c", 5).size());
    assertEquals(1, reader.runs("4f7c", 1).size());
    assertEquals(Optional.of("20261122T081500Z-4f7c1e"), reader.runs("4f7c1", 5).getFirst().id());
    assertEquals(1, reader.runs("20261122T081501Z-4f7c22", 5).size());
    assertEquals(List.of(), reader.runs("ffffff", 5));
    assertEquals(List.of(), reader.runs("nothing", 5));
  }

  @Test
  void fieldsOfOtherTypesAreAsIfTheyWereNotThere() throws IOException {
    Entry odd =
        new Entry(
            Map.of(
                "type", 1L, "run", List.of(), "time", true, "user", "root", "wallTime", "1", "maxMemory", 1.5, "paths",
                Map.of(), "names", List.of(1L, "box"), "truncated", "yes"));
    assertEquals(Optional.empty(), odd.type());
    assertEquals(Optional.empty(), odd.id());
    assertEquals(Optional.empty(), odd.time());
    assertEquals(Optional.empty(), odd.user());
    assertTrue(odd.wallTime().isEmpty() && odd.maxMemory().isEmpty() && odd.paths().isEmpty() && !odd.truncated());
    assertEquals(List.of("box"), odd.names());
    assertEquals(Optional.of("1000"), new Entry(Map.of("user", Map.of("uid", 1000L))).user());
    assertEquals(Optional.of("ann"), new Entry(Map.of("user", Map.of("uid", 1000L, "name", "ann"))).user());
  }

  /** Compared with reading them all, whatever the machine; in files of one size, lest it be the other files' doing. */
  @Test
  void theLastOfManyAreFoundInTheTimeOfAFew() throws IOException {
    StringBuilder text = new StringBuilder(32 << 20);
    for (int i = 0; i < 200_000; i++) {
      text.append(i == 100_000 ? "damaged" : JsonWriter.toJson(Given.run("r" + i))).append('\n');
    }
    Files.writeString(home.resolve("history.jsonl"), text);
    Given.Read few = Given.read(home, last(Filter.ALL, 20));
    assertEquals("r199999", few.ids().getLast());
    assertEquals(20, few.ids().size());
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      Given.read(home, last(Filter.ALL, 20));
      best = Math.min(best, System.nanoTime() - start);
    }
    long start = System.nanoTime();
    assertEquals(1, Given.readAll(home).damaged());
    long all = System.nanoTime() - start;
    assertTrue(best * 20 < all, "20 lines took " + best + " ns, 200,000 took " + all);
  }
}
