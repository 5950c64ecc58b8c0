package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsTest {
  private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> PASSABLE = PosixFilePermissions.fromString("rwx--x--x");
  private static final Instant NOW = Instant.parse("2026-11-22T08:15:00.9Z");
  private static final DeadRun NONE =
      (id, job, kept) -> {
        throw new AssertionError(id);
      };

  @TempDir Path home;
  private Runs runs;

  @BeforeEach
  void open() throws IOException {
    runs = StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD).runs();
  }

  private List<String> running() throws IOException {
    return Entries.names(home.resolve("running"));
  }

  private void finished(String id, String... names) throws IOException {
    for (String name : names) {
      Files.writeString(Files.createDirectories(home.resolve("runs").resolve(id)).resolve(name), "x");
    }
  }

  @Test
  void whatIsNoRunIsNobodysAndLeavesNothing() throws IOException {
    Runs.Run trial = runs.createUnrecorded(NOW, PASSABLE);
    assertEquals(List.of(), runs.running());
    assertEquals("rwx--x--x", PosixFilePermissions.toString(Files.getPosixFilePermissions(trial.directory())));
    runs.sweep(NONE);
    assertTrue(Files.isDirectory(trial.directory()), "it goes on");
    trial.close();
    assertEquals(List.of(), running());
  }

  @Test
  void whatIsNoRunIsRemovedWhenItsProcessWasKilledAndPutOnNoRecord() throws IOException {
    String id = "20261122T081500Z-4f7c1e";
    // As the kernel leaves the work directory of an overlay.
    Path work = Files.createDirectories(home.resolve("running").resolve(id).resolve("layer/work/work"));
    Files.setPosixFilePermissions(work, Set.of());
    Files.createFile(home.resolve("running").resolve(id + ".lock"));
    runs.sweep(NONE);
    assertEquals(List.of(), running());
  }

  @Test
  void aRunIsNamedByItsTimeAndGoneWhenItIsOver() throws IOException {
    assertEquals("20261102T080500Z-4f7c1e", RunId.of(Instant.parse("2026-11-02T08:05:00.9Z"), "4f7c1e"));
    try (Runs.Run run = runs.create(NOW, PASSABLE, "job")) {
      assertTrue(run.id().matches("20261122T081500Z-[0-9a-f]{6}"), run.id());
      assertEquals(home.resolve("running").resolve(run.id()), run.directory());
      assertEquals("rwx--x--x", PosixFilePermissions.toString(Files.getPosixFilePermissions(run.directory())));
      Files.createDirectories(run.directory().resolve("artifacts/more"));
      Files.createSymbolicLink(run.directory().resolve("link"), home);
    }
    assertEquals(List.of(), running());
    assertEquals(List.of(), runs.kept());
    assertTrue(Files.exists(home.resolve("version")));
  }

  @Test
  void whatNoRunHasMadeIsNoRunAndStays() throws IOException {
    List<String> strange = List.of(".lock", "a b.lock", "x.job", "y");
    for (String name : strange) {
      Files.createFile(home.resolve("running").resolve(name));
    }
    try (Runs.Run run = runs.create(NOW, PRIVATE, "job")) {
      runs.sweep(NONE);
      assertEquals(List.of(new Runs.Live(run.id(), "job")), runs.running());
    }
    assertEquals(strange, running());
  }

  @Test
  void ofARunStaysWhatIsNamedAndNotEmpty() throws IOException {
    String id;
    try (Runs.Run run = runs.create(NOW, PRIVATE, "job")) {
      id = run.id();
      Files.createDirectories(run.directory().resolve("jail/deep"));
      Files.createDirectory(run.directory().resolve("artifacts"));
      Files.writeString(run.directory().resolve("status"), "x");
      Files.writeString(run.directory().resolve("stdout"), "hello");
      Files.createFile(run.directory().resolve("stderr"));
      assertEquals(List.of("stdout"), run.keep(List.of("stdout", "stderr", "artifacts", "missing")));
      assertEquals("hello", Files.readString(run.keptDirectory().resolve("stdout")));
      assertFalse(Files.exists(run.directory()));
    }
    assertEquals(List.of(), running());
    assertEquals(List.of(id), runs.kept());
    assertEquals(List.of("stdout"), Entries.names(runs.directory(id).orElseThrow()));
  }

  @Test
  void whereNothingOfARunIsWorthKeepingNothingStays() throws IOException {
    try (Runs.Run run = runs.create(NOW, PRIVATE, "job")) {
      Files.createFile(run.directory().resolve("stdout"));
      assertEquals(List.of(), run.keep(List.of("stdout")));
    }
    assertEquals(List.of(), running());
    assertEquals(List.of(), runs.kept());
  }

  @Test
  void whatGoesOnIsListedAndNotSwept() throws IOException {
    try (Runs.Run first = runs.create(NOW, PRIVATE, "{\"job\":1}");
        Runs.Run second = runs.create(NOW.plusSeconds(1), PRIVATE, "{\"job\":2}")) {
      List<Runs.Live> both =
          List.of(new Runs.Live(first.id(), "{\"job\":1}"), new Runs.Live(second.id(), "{\"job\":2}"));
      assertEquals(both, runs.running());
      runs.sweep(NONE);
      assertEquals(both, runs.running());
      assertTrue(Files.exists(first.directory()));
    }
    assertEquals(List.of(), runs.running());
  }

  @Test
  void runsThatBeginAndEndAtATimeLeaveEachOtherAlone() throws Exception {
    List<Future<String>> all = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 400; i++) {
        all.add(
            workers.submit(
                () -> {
                  runs.sweep(NONE);
                  try (Runs.Run run = runs.create(NOW, PRIVATE, "job")) {
                    Files.writeString(run.directory().resolve("stdout"), "x");
                    run.keep(List.of("stdout"));
                    return run.id();
                  }
                }));
      }
    }
    List<String> ids = new ArrayList<>();
    for (Future<String> each : all) {
      ids.add(each.get());
    }
    assertEquals(ids.stream().sorted().toList(), runs.kept());
    assertEquals(List.of(), running());
  }

  @Test
  void aRunIsFoundByItsIdAndByNothingElse() throws IOException {
    finished("20261122T081500Z-000000", "stdout");
    assertTrue(runs.directory("20261122T081500Z-000000").isPresent());
    for (String wrong : List.of("", ".", "..", "../locks", "20261122T081500Z-00000", "\0", "/", "a/b")) {
      assertEquals(Optional.empty(), runs.directory(wrong));
    }
  }

  @Test
  void aFinishedRunCanBeDeleted() throws IOException {
    finished("20261122T081500Z-000000", "stdout", "stderr");
    finished("20261122T081500Z-000001", "stdout");
    runs.delete("20261122T081500Z-000000");
    runs.delete("20261122T081500Z-000000");
    runs.delete("../locks");
    assertEquals(List.of("20261122T081500Z-000001"), Entries.names(home.resolve("runs")));
    assertTrue(Files.exists(home.resolve("locks")));
  }

  @Test
  void clearingLeavesNothingNotEvenWhatAKilledOneHasLeft() throws IOException {
    finished("20261122T081500Z-000000", "stdout", "artifacts");
    finished(".gone-20261122T081500Z-000001", "stdout");
    runs.clear();
    assertEquals(List.of(), Entries.names(home.resolve("runs")));
  }

  @Test
  void pruningLeavesTheNewestAndThoseWithArtifacts() throws IOException {
    List<String> ids = IntStream.range(100, 150).mapToObj(i -> "20261122T081500Z-000" + i).toList();
    for (String id : ids) {
      finished(id, "stdout");
    }
    finished(ids.get(3), "artifacts");
    finished(ids.get(48), "artifacts");
    finished(".gone-20261122T081500Z-000099", "stdout");
    runs.prune(49);
    assertEquals(ids, Entries.names(home.resolve("runs")), "a few too many are not worth the effort");
    runs.prune(40);
    List<String> left = new ArrayList<>(ids.subList(9, 50));
    left.addFirst(ids.get(3));
    assertEquals(left, Entries.names(home.resolve("runs")));
    runs.prune(0);
    assertEquals(List.of(ids.get(3), ids.get(48)), runs.kept());
  }

  @Test
  void aDirectoryThatLostItsPlacesSaysWhich() throws IOException {
    Files.delete(home.resolve("running"));
    StoreException failure = assertThrows(StoreException.class, () -> runs.create(NOW, PRIVATE, "job"));
    assertTrue(failure.toString().contains("cannot begin a run in " + home.resolve("running")), failure.toString());
  }
}
