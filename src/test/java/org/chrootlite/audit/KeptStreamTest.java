package org.chrootlite.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.chrootlite.testing.Command;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptStreamTest {
  @TempDir Path home;
  private Path run;

  @BeforeEach
  void makeTheRunsDirectory() throws IOException {
    run = Files.createDirectories(home.resolve("runs/r-1"));
  }

  private KeptStream find(@Nullable String file) throws IOException {
    Map<String, @Nullable Object> json = Given.run("r-1");
    json.put("stdoutFile", file);
    return KeptStream.find(home, new Entry(json), KeptStream.Name.STDOUT);
  }

  private static String content(KeptStream stream) throws IOException {
    try (InputStream in = assertInstanceOf(KeptStream.InFile.class, stream).open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aStreamIsWhereItsEntrySays() throws IOException {
    Files.writeString(run.resolve("out"), "hello\n");
    assertEquals("hello\n", content(find("runs/r-1/out")));
    assertEquals("hello\n", content(find(run.resolve("out").toString())));
  }

  @Test
  void whereTheEntryIsSilentItIsInTheRunsDirectory() throws IOException {
    Files.writeString(run.resolve("stderr"), "oops\n");
    Entry entry = new Entry(Given.run("r-1"));
    assertEquals("oops\n", content(KeptStream.find(home, entry, KeptStream.Name.STDERR)));
    assertEquals(new KeptStream.Empty(), KeptStream.find(home, entry, KeptStream.Name.STDOUT));
  }

  @Test
  void nothingPrintedIsNotTheSameAsNothingLeft() throws IOException {
    assertEquals(new KeptStream.Empty(), find(null));
    assertEquals(new KeptStream.Gone(), find("runs/r-1/stdout"));
    assertEquals(new KeptStream.Gone(), find("runs/removed/stdout"));
  }

  @Test
  void noLinkIsFollowed() throws IOException {
    Path secret = Files.writeString(home.resolve("secret"), "secret");
    Files.createSymbolicLink(run.resolve("stdout"), secret);
    assertEquals(
        run.resolve("stdout") + " is a link, and was not followed",
        assertThrows(IOException.class, () -> find("runs/r-1/stdout")).getMessage());
    Files.writeString(run.resolve("out"), "hello\n");
    Files.createSymbolicLink(home.resolve("runs/r-2"), run);
    assertThrows(IOException.class, () -> find("runs/r-2/out"));
    Path file = Files.writeString(run.resolve("late"), "");
    KeptStream.InFile stream = assertInstanceOf(KeptStream.InFile.class, find("runs/r-1/late"));
    Files.delete(file);
    Files.createSymbolicLink(file, secret);
    assertThrows(IOException.class, stream::open);
  }

  @Test
  void onlyRegularFilesAreReadAndNothingIsWaitedFor() {
    Command.output("mkfifo", run.resolve("fifo").toString());
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertThrows(IOException.class, () -> find("runs/r-1/fifo")));
    assertThrows(IOException.class, () -> find("runs/r-1"));
  }

  @Test
  void nothingOutsideOfTheStateDirectoryIsReadAndOneThatWasMovedStillIs() throws IOException {
    List<String> outside = List.of("/etc/passwd", "../x", "runs/../../x", "", ".", "runs/r-1/../..");
    for (String file : outside) {
      assertEquals(new KeptStream.Gone(), find(file), file);
    }
    Files.writeString(run.resolve("stdout"), "hello\n");
    for (String file : outside) {
      assertEquals("hello\n", content(find(file)), file);
    }
    Entry odd = new Entry(Given.run("../../r-1"));
    assertThrows(IOException.class, () -> KeptStream.find(home, odd, KeptStream.Name.STDOUT));
  }
}
