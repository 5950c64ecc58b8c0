package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsTest {
  private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
  private static final Instant NOW = Instant.parse("2026-11-22T08:15:00.9Z");

  @TempDir Path directory;
  private Runs runs;

  @BeforeEach
  void open() throws IOException {
    runs = StateDirectory.open(directory.resolve("home"), HostUser.current().uid(), Waiting.UNTOLD).runs();
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("home/runs"))) {
      return all.toList();
    }
  }

  @Test
  void aRunIsNamedByItsTimeAndGoneWhenItIsOver() throws IOException {
    try (Runs.Run run = runs.create(NOW, PRIVATE)) {
      assertTrue(run.id().matches("20261122T081500Z-[0-9a-f]{6}"), run.id());
      assertEquals(List.of(run.directory()), left());
      Files.createDirectories(run.directory().resolve("artifacts/more"));
    }
    assertEquals(List.of(), left());
  }

  @Test
  void aRunThatIsKeptSurvivesOthers() throws IOException {
    Path kept;
    try (Runs.Run run = runs.create(NOW, PRIVATE)) {
      run.keep();
      kept = run.directory();
    }
    runs.create(NOW, PRIVATE).close();
    assertEquals(List.of(kept), left());
  }

  @Test
  void whatAKilledRunLeftIsRemovedAndWhatGoesOnIsNot() throws IOException {
    Path dead = Files.createDirectories(directory.resolve("home/runs/20260101T000000Z-000000/jail"));
    try (Runs.Run first = runs.create(NOW, PRIVATE);
        Runs.Run second = runs.create(NOW, PRIVATE)) {
      assertFalse(Files.exists(dead.getParent()));
      assertTrue(Files.exists(first.directory()));
      assertTrue(Files.exists(second.directory()));
    }
  }

  @Test
  void runsThatBeginAndEndAtATimeLeaveEachOtherAlone() throws Exception {
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 400; i++) {
        all.add(
            workers.submit(
                () -> {
                  try (Runs.Run run = runs.create(NOW, PRIVATE)) {
                    Files.createFile(run.directory().resolve("status"));
                  }
                  return null;
                }));
      }
    }
    for (Future<?> each : all) {
      each.get();
    }
    assertEquals(List.of(), left());
  }
}
