package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.audit.Entry;
import org.chrootlite.audit.Filter;
import org.chrootlite.audit.HistoryReader;
import org.chrootlite.run.Cancellation;
import org.chrootlite.run.Input;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunRecordsTest {
  private static final String ID = "20261122T081500Z-4f7c1e";
  private static final String JOB =
      "{\"type\":\"run\",\"time\":\"2026-11-22T08:15:00Z\",\"sandbox\":\"box\",\"script\":\"hello\"}";

  @TempDir Path directory;

  private List<Entry> history(Workshop workshop) throws IOException {
    List<Entry> entries = new ArrayList<>();
    assertEquals(0, HistoryReader.of(workshop.state().home()).read(Filter.ALL, entries::add));
    return entries;
  }

  private Workshop workshop() throws IOException {
    return Workshop.open(directory.resolve("home"), Watcher.NONE);
  }

  private static List<String> lines(Workshop workshop) throws IOException {
    return Files.readAllLines(workshop.state().home().resolve("history.jsonl"));
  }

  @Test
  void aKilledRunIsPutOnRecordOnceHoweverOftenItIsFound() throws IOException {
    Workshop workshop = workshop();
    RunRecords records = new RunRecords(workshop);
    records.found(ID, JOB, List.of());
    records.found(ID, JOB, List.of());
    Entry entry = history(workshop).getFirst();
    assertEquals(Optional.of(ID), entry.id());
    assertEquals(Optional.of("cancelled"), entry.verdict());
    assertEquals(Optional.of("box"), entry.sandbox());
    assertEquals(1, lines(workshop).size());
  }

  @Test
  void aRunThatWasKilledWhenItWasOnRecordKeepsItsVerdict() throws IOException {
    Workshop workshop = workshop();
    workshop.history().append(Map.of("type", "run", "run", ID, "sandbox", "box", "script", "hello", "verdict", "ok"));
    new RunRecords(workshop).found(ID, JOB, List.of());
    assertEquals(1, lines(workshop).size());
    assertEquals(Optional.of("ok"), history(workshop).getFirst().verdict());
  }

  @Test
  void aJobThatWasCutShortByAPowerFailureIsARunAllTheSame() throws IOException {
    Workshop workshop = workshop();
    new RunRecords(workshop).found(ID, JOB.substring(0, 20), List.of());
    Entry entry = history(workshop).getFirst();
    assertTrue(entry.isRun());
    assertEquals(Optional.of(ID), entry.id());
  }

  @Test
  void aRunThatChrootLiteFailedInIsOnRecordWithTheReason() throws IOException, EngineException {
    World world = new World(directory);
    Path input = world.file("numbers.txt", "1\n");
    world.apply("name: box\nscripts: {hello: {run: cat, stdin: numbers.txt}}\n");
    Files.delete(input);
    try (Engine engine = world.engine()) {
      Job job = engine.jobs("hello").getFirst();
      OutputStream nowhere = OutputStream.nullOutputStream();
      RunStreams none = new RunStreams(new Input.Nothing(), nowhere, nowhere);
      EngineException e =
          assertThrows(EngineException.class, () -> engine.run(job, List.of(), false, none, new Cancellation()));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.startsWith("box/hello: the file of its stdin, " + input + ", is not there: "), message);
      Entry entry = history(workshop()).getLast();
      assertEquals(Optional.of("hello"), entry.script());
      assertEquals(Optional.of("setup-error"), entry.verdict());
      assertEquals(Optional.of("chroot-lite failed: " + message), entry.evidence());
      assertEquals(List.of(), workshop().state().runs().running());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "7", "{\"run\":", "{\"type\":\"apply\",\"run\":\"another\",\"verdict\":\"ok\"}", "\u0000"})
  void whateverIsLeftOfItsJobADeadRunIsOneThatWasCancelled(String job) throws IOException {
    Workshop workshop = workshop();
    new RunRecords(workshop).found(ID, job, List.of());
    Entry entry = history(workshop).getFirst();
    assertEquals(Optional.of(ID), entry.id());
    assertEquals(Optional.of("cancelled"), entry.verdict());
    assertEquals(Optional.of(Entry.RUN), entry.type());
  }
}
