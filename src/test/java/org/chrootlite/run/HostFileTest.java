package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.chrootlite.host.Host;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a script may have put in the place of a file is not read. */
class HostFileTest {
  @TempDir private Path temporary;
  private Path directory;

  @BeforeEach
  void prepare() throws IOException {
    directory = temporary.toRealPath();
    Files.createDirectory(directory.resolve("data"));
    Files.writeString(directory.resolve("data/input"), "what was meant");
    Files.writeString(directory.resolve("secret"), "of the host");
  }

  private static InputStream open(Path path) throws IOException {
    return HostFile.open(path, Host.current().architecture());
  }

  private static void assertRefused(Class<? extends IOException> how, Path path) {
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertThrows(how, () -> open(path).close()));
  }

  @Test
  void aFileIsRead() throws IOException {
    try (InputStream input = open(directory.resolve("data/input"))) {
      assertEquals("what was meant", new String(input.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void aLinkIsNotFollowedWhereverItLies() throws IOException {
    Files.createSymbolicLink(directory.resolve("data/link"), Path.of("../secret"));
    assertRefused(FileSystemLoopException.class, directory.resolve("data/link"));
    Files.createSymbolicLink(directory.resolve("data/up"), directory);
    assertRefused(FileSystemLoopException.class, directory.resolve("data/up/secret"));
  }

  @Test
  void whatIsNoFileKeepsNobodyWaiting() {
    Command.output("mkfifo", directory.resolve("data/fifo").toString());
    assertRefused(FileSystemException.class, directory.resolve("data/fifo"));
    assertRefused(FileSystemException.class, directory.resolve("data"));
    assertRefused(NoSuchFileException.class, directory.resolve("data/gone"));
    assertRefused(NoSuchFileException.class, directory.resolve("data/input/below"));
  }
}
