package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of runs whose process was killed, wherever they were. */
@Timeout(120)
class DeadRunsTest {
  private static final String ID = "20261122T081500Z-4f7c1e";
  private static final Instant NOW = Instant.parse("2026-11-22T08:15:00.9Z");

  @TempDir Path directory;
  private final List<String> found = new ArrayList<>();
  private Path home;
  private Runs runs;

  @BeforeEach
  void open() throws IOException {
    home = directory.resolve("home");
    runs = StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD).runs();
  }

  private void find(String id, String job, List<String> kept) {
    found.add(id + " " + job + " " + kept);
  }

  /** Each row is what a process leaves that is killed after one more step of a run. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // From its beginning to its end, with nothing kept.
        "running/ID.lock | | ",
        "running/ID.lock running/ID.job | | ",
        "running/ID.lock running/ID.job running/ID/ | ID job [] | ",
        "running/ID.lock running/ID.job running/ID/status running/ID/jail/ running/ID/artifacts/.0 | ID job [] | ",
        "running/ID.lock running/ID/status running/ID/stdout | | ",
        "running/ID.lock running/ID/ | | ",
        // With streams: before they are kept, while what else there is goes, when they were kept, and on record.
        "running/ID.lock running/ID.job running/ID/stdout running/ID/jail/ | ID job [stdout] | runs/ID/stdout",
        "running/ID.lock running/ID.job running/ID/stderr running/ID/artifacts/x | ID job [stderr] | runs/ID/stderr",
        "running/ID.lock running/ID.job runs/ID/artifacts/x | ID job [artifacts] | runs/ID/artifacts/x",
        "running/ID.lock runs/ID/artifacts/x runs/ID/stdout | | runs/ID/artifacts/x runs/ID/stdout",
        "runs/ID/stdout | | runs/ID/stdout",
      })
  void eachStepOfARunCanBeItsLast(String before, String report, String after) throws IOException {
    for (String entry : words(before)) {
      Path path = home.resolve(entry);
      Files.createDirectories(entry.endsWith("/") ? path : path.getParent());
      if (!entry.endsWith("/")) {
        Files.writeString(path, entry.endsWith(".job") ? "job" : entry.endsWith(".lock") ? "" : "x");
      }
    }
    runs.sweep(this::find);
    assertEquals(report == null ? List.of() : List.of(report.replace("ID", ID)), found);
    runs.sweep(this::find);
    assertEquals(report == null ? 0 : 1, found.size());
    assertEquals(List.of(), Entries.names(home.resolve("running")));
    for (String entry : words(after)) {
      assertTrue(Files.exists(home.resolve(entry)), entry);
    }
    assertEquals(words(after).isEmpty() ? List.of() : List.of(ID), runs.kept());
  }

  private static List<String> words(String text) {
    return text == null ? List.of() : List.of(text.replace("ID", ID).split(" "));
  }

  @Test
  void whatWasNotPutOnRecordIsFoundAgain() throws IOException {
    Files.writeString(home.resolve("running").resolve(ID + ".lock"), "");
    Files.writeString(home.resolve("running").resolve(ID + ".job"), "job");
    Files.writeString(Files.createDirectory(home.resolve("running").resolve(ID)).resolve("stdout"), "x");
    IOException full = new IOException("disk full");
    DeadRun failing =
        (id, job, kept) -> {
          find(id, job, kept);
          throw full;
        };
    assertEquals(full, assertThrows(IOException.class, () -> runs.sweep(failing)));
    runs.sweep(this::find);
    runs.sweep(this::find);
    assertEquals(List.of(ID + " job [stdout]", ID + " job [stdout]"), found);
    assertEquals("x", Files.readString(runs.directory(ID).orElseThrow().resolve("stdout")));
  }

  @Test
  void noRunIsLostWhenProcessesAreKilledAtRandom() throws Exception {
    Path logs = Files.createDirectory(directory.resolve("logs"));
    Random random = new Random(1);
    for (int round = 0; round < 3; round++) {
      List<ChildJvm> children = new ArrayList<>();
      try {
        for (int i = 0; i < 3; i++) {
          children.add(new ChildJvm(Worker.class, home.toString(), logs.toString()));
        }
        for (ChildJvm child : children) {
          assertEquals("is warm", child.readLine());
        }
        for (ChildJvm child : children) {
          Thread.sleep(50 + random.nextInt(200));
          child.kill();
        }
      } finally {
        children.forEach(ChildJvm::close);
      }
    }
    Worker.sweep(runs, logs);
    Set<String> begun = lines(logs.resolve("begun"));
    Set<String> recorded = lines(logs.resolve("recorded"));
    Set<String> dead = lines(logs.resolve("dead"));
    Set<String> known = new HashSet<>(recorded);
    known.addAll(dead);
    assertTrue(begun.size() > 50 && !dead.isEmpty(), begun.size() + " runs, " + dead.size() + " of them killed");
    begun.removeAll(known);
    assertEquals(Set.of(), begun, "neither on record nor found dead");
    assertEquals(List.of(), Entries.names(home.resolve("running")));
    for (String id : lines(logs.resolve("printed"))) {
      assertEquals(id, Files.readString(home.resolve("runs").resolve(id).resolve("stdout")));
    }
    for (String id : runs.kept()) {
      assertEquals(List.of("stdout"), Entries.names(home.resolve("runs").resolve(id)));
    }
  }

  private static Set<String> lines(Path file) throws IOException {
    return new HashSet<>(Files.readAllLines(file));
  }

  /** A process that begins and ends runs, and puts those on record that it finds dead, until it is killed. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] arguments) throws IOException {
      Path home = Path.of(arguments[0]);
      Path logs = Path.of(arguments[1]);
      Runs runs = StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD).runs();
      for (int i = 0; true; i++) {
        if (i == 10) {
          System.out.println("is warm");
        }
        sweep(runs, logs);
        try (Runs.Run run = runs.create(NOW, PosixFilePermissions.fromString("rwx------"), "job")) {
          log(logs, "begun", run.id());
          Files.createDirectory(run.directory().resolve("jail"));
          if (run.id().charAt(run.id().length() - 1) < '8') {
            Files.writeString(run.directory().resolve("stdout"), run.id());
            log(logs, "printed", run.id());
          }
          run.keep(List.of("stdout"));
          log(logs, "recorded", run.id());
        }
      }
    }

    static void sweep(Runs runs, Path logs) throws IOException {
      runs.sweep((id, job, kept) -> log(logs, "dead", id));
    }

    private static void log(Path logs, String name, String id) throws IOException {
      Files.writeString(logs.resolve(name), id + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}
