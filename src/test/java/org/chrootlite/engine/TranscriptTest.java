package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranscriptTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream passedOn = new ByteArrayOutputStream();

  private Path file() {
    return directory.resolve("stdout");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whatIsPrintedIsPassedOnAndKept() throws IOException {
    try (Transcript transcript = new Transcript(passedOn, file())) {
      transcript.write(bytes("hel"));
      transcript.write('l');
      transcript.write(bytes("xox"), 1, 1);
      assertEquals(5, transcript.printed());
    }
    assertEquals("hello", passedOn.toString(StandardCharsets.UTF_8));
    assertEquals("hello", Files.readString(file()));
  }

  @Test
  void whereNothingIsPrintedNoFileIsMade() throws IOException {
    try (Transcript transcript = new Transcript(passedOn, file())) {
      transcript.write(new byte[0]);
    }
    assertFalse(Files.exists(file()));
  }

  @Test
  void onlyTheFirstMebibyteIsKeptAndAllIsPassedOn() throws IOException {
    byte[] chunk = new byte[300_000];
    try (Transcript transcript = new Transcript(passedOn, file())) {
      for (int i = 0; i < 5; i++) {
        transcript.write(chunk);
      }
      assertEquals(1_500_000, transcript.printed());
      assertEquals(Optional.empty(), transcript.problem());
    }
    assertEquals(1_500_000, passedOn.size());
    assertEquals(Transcript.MOST, Files.size(file()));
  }

  @Test
  void whatIsPrintedWhenTheReaderHasGoneIsKeptAndTheFailurePassedOn() throws IOException {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    try (Transcript transcript = new Transcript(closed, file())) {
      assertThrows(IOException.class, () -> transcript.write(bytes("hello")));
    }
    assertEquals("hello", Files.readString(file()));
  }

  @Test
  void aFileThatCannotBeWrittenDoesNotKeepItFromBeingPassedOn() throws IOException {
    try (Transcript transcript = new Transcript(passedOn, directory.resolve("missing/stdout"))) {
      transcript.write(bytes("hel"));
      transcript.write(bytes("lo"));
      assertTrue(transcript.problem().isPresent());
    }
    assertEquals("hello", passedOn.toString(StandardCharsets.UTF_8));
  }
}
