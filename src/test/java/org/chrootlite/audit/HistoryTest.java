package org.chrootlite.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.chrootlite.json.JsonReader;
import org.chrootlite.store.StateDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HistoryTest {
  @TempDir Path home;
  private StateDirectory state;

  @BeforeEach
  void open() throws IOException {
    state = Given.state(home);
  }

  private Path current() {
    return home.resolve("history.jsonl");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(home)) {
      return files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("history")).sorted()
          .toList();
    }
  }

  @Test
  void anEntryIsOneLineThatOnlyTheOwnerReads() throws IOException {
    History history = History.in(state);
    history.append(Map.of("type", "run"));
    history.append(Map.of("evidence", "a\nb"));
    assertEquals("{\"type\":\"run\"}\n{\"evidence\":\"a\\nb\"}\n", Files.readString(current()));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(current())));
  }

  @Test
  void whatAProcessAppendsAfterItHasForcedIsThereToo() throws IOException {
    History history = History.in(state);
    history.force();
    assertEquals(List.of(), files());
    for (String id : List.of("a", "b", "c")) {
      history.append(Given.run(id));
      history.force();
      history.force();
    }
    assertEquals(new Given.Read(List.of("a", "b", "c"), 0), Given.readAll(home));
  }

  @Test
  void aDamagedTailStaysOnALineOfItsOwn() throws IOException {
    History history = History.in(state);
    history.append(Given.run("a"));
    for (String tail : List.of("{\"type\":\"ru", "\0\0\0\0", "{\"run\":\"whole\"}")) {
      Files.writeString(current(), tail, StandardOpenOption.APPEND);
      history.append(Given.run("after " + tail));
    }
    List<String> lines = Files.readAllLines(current());
    assertEquals(7, lines.size());
    assertEquals("{\"type\":\"ru", lines.get(1));
    assertEquals(
        new Given.Read(
            List.of("a", "after {\"type\":\"ru", "after \0\0\0\0", "whole", "after {\"run\":\"whole\"}"), 2),
        Given.readAll(home));
  }

  @Test
  void aFullFileGetsANumberAndIsNeverTouchedAgain() throws IOException {
    History history = History.in(state, 300);
    List<String> ids = IntStream.range(0, 30).mapToObj(i -> "run-" + (100 + i)).toList();
    for (String id : ids) {
      history.append(Given.run(id));
    }
    history.force();
    assertEquals(15, files().size());
    assertTrue(files().contains("history-14.jsonl"), String.join(" ", files()));
    for (String file : files()) {
      assertTrue(Files.size(home.resolve(file)) <= 300, file);
    }
    assertEquals(new Given.Read(ids, 0), Given.readAll(home));
  }

  @Test
  void anEntryThatIsLargerThanAFileHasOneOfItsOwn() throws IOException {
    History history = History.in(state, 10);
    history.append(Given.run("a"));
    history.append(Given.run("b"));
    assertEquals(List.of("history-1.jsonl", "history.jsonl"), files());
  }

  @Test
  void numbersGoOnAfterTheHighestAndOtherNamesCountNothing() throws IOException {
    for (String name : List.of("history-9.jsonl", "history-10.jsonl")) {
      Files.writeString(home.resolve(name), "{\"run\":\"" + name + "\"}\n");
    }
    for (String name : List.of("history-012.jsonl", "history-x.jsonl", "history-99.jsonl.bak", "history-.jsonl")) {
      Files.writeString(home.resolve(name), "{\"run\":\"other\"}\n");
    }
    History history = History.in(state, 10);
    history.append(Given.run("a"));
    history.append(Given.run("b"));
    assertTrue(files().contains("history-11.jsonl"), String.join(" ", files()));
    assertEquals(
        new Given.Read(List.of("history-9.jsonl", "history-10.jsonl", "a", "b"), 0), Given.readAll(home));
  }

  /** As a process that is killed between the renaming and the first line leaves it. */
  @Test
  void withoutACurrentFileTheHistoryGoesOn() throws IOException {
    History history = History.in(state);
    history.append(Given.run("a"));
    Files.move(current(), home.resolve("history-1.jsonl"));
    assertEquals(new Given.Read(List.of("a"), 0), Given.readAll(home));
    history.append(Given.run("b"));
    assertEquals(List.of("history-1.jsonl", "history.jsonl"), files());
    assertEquals(new Given.Read(List.of("a", "b"), 0), Given.readAll(home));
  }

  @Test
  void anEntryThatNobodyCouldReadIsRefused() throws IOException {
    History history = History.in(state);
    String text = "x".repeat(JsonReader.LONGEST);
    HistoryException e = assertThrows(HistoryException.class, () -> history.append(Map.of("evidence", text)));
    assertEquals("an entry of 16777232 bytes is too long for the history " + current(), e.getMessage());
    assertEquals(List.of(), files());
  }

  @Test
  void aLinkInPlaceOfTheHistoryIsNotFollowed() throws IOException {
    Path elsewhere = home.resolve("elsewhere");
    Files.createSymbolicLink(current(), elsewhere);
    HistoryException e = assertThrows(HistoryException.class, () -> History.in(state).append(Given.run("a")));
    assertTrue(String.valueOf(e.getMessage()).startsWith("cannot write the history " + current() + ": "));
    assertTrue(Files.notExists(elsewhere));
    assertThrows(IOException.class, () -> Given.readAll(home));
  }

  @Test
  void manyThreadsWithOneHistoryLoseNothing() throws Exception {
    History history = History.in(state, 2000);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      String thread = "t" + t + "-";
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 100; i++) {
                      try {
                        history.append(Given.run(thread + i));
                        if (i % 10 == 0) {
                          history.force();
                        }
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    List<String> expected = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      for (int i = 0; i < 100; i++) {
        expected.add("t" + t + "-" + i);
      }
    }
    Given.Read read = Given.readAll(home);
    assertEquals(0, read.damaged());
    assertEquals(expected.stream().sorted().toList(), read.ids().stream().sorted().toList());
  }
}
