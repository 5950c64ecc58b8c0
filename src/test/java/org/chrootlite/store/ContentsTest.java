package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.Sha256;
import org.chrootlite.plan.Damage;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentsTest {
  private static final byte[] SCRIPT = "#!/bin/sh\necho started\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path home;
  private Contents launchers;

  @BeforeEach
  void open() throws IOException {
    launchers = StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD).launchers();
  }

  @Test
  void aLauncherIsNamedByItsContentAndCanBeExecuted() throws IOException {
    Path file = launchers.put(SCRIPT);
    // printf '#!/bin/sh\necho started\n' | sha256sum
    assertEquals("67059d06", file.getFileName().toString().substring(0, 8));
    assertEquals("r-x------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Process started = new ProcessBuilder(file.toString()).start();
    assertEquals("started\n", new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void anExistingLauncherIsNotWrittenAgain() throws IOException {
    Path file = launchers.put(SCRIPT);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
    assertEquals(file, launchers.put(SCRIPT));
    assertEquals(FileTime.fromMillis(1000), Files.getLastModifiedTime(file));
    assertNotEquals(file, launchers.put(new byte[] {1}));
  }

  @Test
  void aLauncherThatWasCutShortIsReplaced() throws IOException {
    Path file = launchers.put(SCRIPT);
    Files.delete(file);
    Files.write(file, new byte[0]);
    launchers.put(SCRIPT);
    assertArrayEquals(SCRIPT, Files.readAllBytes(file));
  }

  @Test
  void whatAKilledWriterLeftIsRemovedByTheNextOne() throws IOException {
    Path leftOver = Files.writeString(home.resolve("launchers/.abc.0011.tmp"), "half");
    launchers.put(SCRIPT);
    assertThrows(NoSuchFileException.class, () -> Files.size(leftOver));
  }

  @Test
  void manyWritersOfOneLauncherAllGetItWhole() throws Exception {
    byte[] big = new byte[100_000];
    List<Callable<Long>> tasks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      tasks.add(() -> Files.size(launchers.put(big)));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Long> size : threads.invokeAll(tasks)) {
        assertEquals(100_000L, size.get());
      }
    }
    try (var files = Files.list(home.resolve("launchers"))) {
      assertEquals(1, files.count());
    }
  }

  private static final String DIGEST = Sha256.of(SCRIPT);

  @Test
  void whatIsNotWhatItShouldBeIsToldNotHandedOutAndReplaced() throws IOException {
    Path file = home.resolve("launchers").resolve(DIGEST);
    assertDamaged(Damage.MISSING);
    byte[] altered = SCRIPT.clone();
    altered[5] ^= 1;
    replace(file, altered);
    assertDamaged(Damage.ALTERED);
    replace(file, SCRIPT);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertDamaged(Damage.ALTERED);
    Files.delete(file);
    Files.createSymbolicLink(file, Files.write(home.resolve("elsewhere"), SCRIPT));
    assertDamaged(Damage.ALTERED);
    Files.delete(file);
    Files.createDirectories(file.resolve("a/b"));
    assertDamaged(Damage.ALTERED);
    Files.delete(file);
    Command.output("mkfifo", "-m", "500", file.toString());
    assertDamaged(Damage.ALTERED);
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file);
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-x------"));
  }

  /** It is, until it is put there again; then it is removed, for the next damage. */
  private void assertDamaged(Damage damage) throws IOException {
    assertEquals(Optional.of(damage), launchers.check(DIGEST));
    assertTrue(launchers.get(DIGEST).isEmpty());
    Path target = home.resolve("linked");
    assertThrows(NoSuchFileException.class, () -> launchers.linkInto(DIGEST, target));
    assertFalse(HostileTree.exists(target));
    Path file = launchers.put(SCRIPT);
    assertEquals(Optional.empty(), launchers.check(DIGEST));
    assertArrayEquals(SCRIPT, launchers.get(DIGEST).orElseThrow());
    assertEquals("r-x------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Files.delete(file);
    if (damage == Damage.ALTERED) {
      Files.createFile(file);
    }
  }

  @Test
  void onlyWhatIsRetainedStays() throws IOException {
    launchers.put(SCRIPT);
    Path other = launchers.put(new byte[] {1});
    Files.createDirectories(home.resolve("launchers/odd/inner"));
    launchers.retain(Set.of(DIGEST, "0".repeat(64)));
    assertEquals(Optional.empty(), launchers.check(DIGEST));
    assertFalse(Files.exists(other));
    assertFalse(Files.exists(home.resolve("launchers/odd")));
    launchers.retain(Set.of());
    assertEquals(Optional.of(Damage.MISSING), launchers.check(DIGEST));
  }

  @Test
  void whatARunHasTakenOutlastsTheCleanup() throws IOException {
    launchers.put(SCRIPT);
    Path taken = home.resolve("taken");
    launchers.linkInto(DIGEST, taken);
    assertEquals(2, Files.getAttribute(taken, "unix:nlink"));
    launchers.retain(Set.of());
    assertArrayEquals(SCRIPT, Files.readAllBytes(taken));
    assertThrows(NoSuchFileException.class, () -> launchers.linkInto(DIGEST, home.resolve("second")));
    launchers.put(SCRIPT);
    assertThrows(FileAlreadyExistsException.class, () -> launchers.linkInto(DIGEST, taken));
  }

  @Test
  void whereThereCanBeNoLinkItIsCopied() throws IOException {
    launchers.put(SCRIPT);
    // Another file system than the one that temporary directories are on, as all of /dev/shm.
    Path target = Path.of("/dev/shm").resolve("chroot-lite-" + AtomicFile.randomHex(16));
    try {
      launchers.linkInto(DIGEST, target);
      assertArrayEquals(SCRIPT, Files.readAllBytes(target));
      assertEquals("r-x------", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
      assertEquals(1, Files.getAttribute(target, "unix:nlink"));
    } finally {
      Files.deleteIfExists(target);
    }
  }

  @Test
  void aDigestIsNoPath() {
    for (String wrong : List.of("", "../version", "0".repeat(63) + "/", "0".repeat(63) + "F")) {
      assertThrows(IllegalArgumentException.class, () -> launchers.get(wrong));
    }
  }

  @Test
  void filesOfScriptsCanOnlyBeRead() throws IOException {
    Contents files = StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD).files();
    Path file = files.put(SCRIPT);
    assertEquals(home.resolve("files").resolve(DIGEST), file);
    assertEquals("r--------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void whatCannotBeWrittenIsToldWithItsFile() throws IOException {
    Files.delete(home.resolve("launchers"));
    Files.createSymbolicLink(home.resolve("launchers"), Path.of("/proc/self/task"));
    StoreException refusal = assertThrows(StoreException.class, () -> launchers.put(SCRIPT));
    assertTrue(refusal.toString().contains("cannot write " + home + "/launchers/" + DIGEST), refusal.toString());
  }
}
