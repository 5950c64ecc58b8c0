package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FirstVersionTest {
  private static final String ID = "20261122T081500Z-4f7c1e";

  @TempDir Path directory;
  private Path home;
  private final BlockingQueue<Optional<String>> told = new LinkedBlockingQueue<>();

  @BeforeEach
  void make() throws IOException {
    home = Files.createDirectory(directory.resolve("home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    for (String place : List.of("launchers", "rootfs", "runs", "locks")) {
      Files.createDirectory(home.resolve(place));
    }
    Files.writeString(home.resolve("version"), "1\n");
  }

  private Path run(String... entries) throws IOException {
    Path run = Files.createDirectory(home.resolve("runs").resolve(ID));
    for (String entry : entries) {
      Files.createDirectories(run.resolve(entry).getParent());
      Files.writeString(run.resolve(entry), "x");
    }
    return run;
  }

  private StateDirectory open() throws IOException {
    return StateDirectory.open(home, HostUser.current().uid(), told::add);
  }

  /** Each is what an upgrade leaves that is killed after one more step. */
  @ParameterizedTest
  @ValueSource(strings = {"kept lock status artifacts/a.csv", "kept artifacts/a.csv", "artifacts/a.csv"})
  void ofARunStaysWhatWasKept(String entries) throws IOException {
    Path run = run(entries.split(" "));
    Runs runs = open().runs();
    assertEquals("2\n", Files.readString(home.resolve("version")));
    assertEquals(List.of(ID), runs.kept());
    assertEquals(List.of("artifacts"), Entries.names(run));
    assertEquals("x", Files.readString(run.resolve("artifacts/a.csv")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lock status jail/x", "lock artifacts/.0", "lock"})
  void whatAKilledRunLeftGoes(String entries) throws IOException {
    run(entries.split(" "));
    Files.createDirectories(home.resolve("runs/.gone-20261122T081500Z-000000/artifacts"));
    open();
    assertEquals(List.of(), Entries.names(home.resolve("runs")));
  }

  @Test
  void aRunThatNeverBeganGoes() throws IOException {
    run();
    open();
    assertEquals(List.of(), Entries.names(home.resolve("runs")));
  }

  @Test
  void aRunOfAnOlderProgramComesToItsEndFirst() throws Exception {
    Path run = run("lock", "status", "artifacts/a.csv");
    try (ChildJvm older =
            new ChildJvm(Holder.class, directory.resolve("other").toString(), "first version",
                run.resolve("lock").toString());
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      assertEquals("held", older.readLine());
      Future<StateDirectory> opened = threads.submit(this::open);
      assertEquals(Optional.of("run " + ID + " of an older chroot-lite"), told.take());
      // It can end: the lock that it needs for that is free.
      LockFile.at(home.resolve("locks"), "runs", Waiting.UNTOLD).exclusive("end").close();
      assertFalse(opened.isDone());
      assertEquals("1\n", Files.readString(home.resolve("version")));
      Files.createFile(run.resolve("kept"));
      older.kill();
      assertEquals(List.of(ID), opened.get().runs().kept());
      assertEquals(Optional.empty(), told.take());
    }
    assertTrue(Files.exists(run.resolve("artifacts/a.csv")));
    assertFalse(Files.exists(run.resolve("status")));
  }
}
