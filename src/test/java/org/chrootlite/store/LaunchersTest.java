package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchersTest {
  private static final byte[] SCRIPT = "#!/bin/sh\necho started\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path home;
  private Launchers launchers;

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
}
