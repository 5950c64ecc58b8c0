package org.chrootlite.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.chrootlite.json.JsonReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
  @TempDir Path directory;

  private static List<String> all(Lines lines) throws IOException {
    List<String> all = new ArrayList<>();
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      all.add(new String(line, StandardCharsets.ISO_8859_1));
    }
    return all;
  }

  private FileChannel file(byte[] content) throws IOException {
    return Segments.openToRead(Files.write(directory.resolve("file"), content));
  }

  private void assertLines(List<String> expected, byte[] content, long size) throws IOException {
    try (FileChannel file = file(content)) {
      assertEquals(expected, all(Lines.forward(file, size)));
      assertEquals(expected.reversed(), all(Lines.backward(file, size)));
    }
  }

  private void assertLines(List<String> expected, String content) throws IOException {
    assertLines(expected, content.getBytes(StandardCharsets.ISO_8859_1), content.length());
  }

  @Test
  void linesEndWithALineEndOrTheFile() throws IOException {
    assertLines(List.of(), "");
    assertLines(List.of("a"), "a");
    assertLines(List.of("a"), "a\n");
    assertLines(List.of("a", "b"), "a\nb");
    assertLines(List.of("a", "b"), "\n\na\n\n\nb\n\n");
    assertLines(List.of("\0\0", "\r"), "\0\0\n\r\n");
  }

  /** Lengths around that of a block, so that lines begin and end at its edges. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 65_534, 65_535, 65_536, 65_537, 131_071, 200_000})
  void linesMayBeLongerThanABlock(int length) throws IOException {
    List<String> lines = List.of("a".repeat(length), "b", "c".repeat(length), "d".repeat(length));
    assertLines(lines, String.join("\n", lines) + "\n");
    assertLines(lines, String.join("\n", lines));
    assertLines(List.of("x", "y"), "x" + "\n".repeat(length) + "y");
  }

  @Test
  void whatIsAppendedAfterTheSizeWasTakenIsNotRead() throws IOException {
    assertLines(List.of("a", "b"), "a\nb\nc\nd\n".getBytes(StandardCharsets.US_ASCII), 4);
  }

  @Test
  void aFileThatHasBecomeShorterEndsEarlier() throws IOException {
    assertLines(List.of("a", "b"), "a\nb\n".getBytes(StandardCharsets.US_ASCII), 1 << 20);
  }

  @Test
  void ofALineThatIsTooLongOnlySoMuchIsKeptThatItIsStillTooLong() throws IOException {
    byte[] content = new byte[JsonReader.LONGEST * 2];
    Arrays.fill(content, (byte) 'x');
    content[content.length - 3] = '\n';
    try (FileChannel file = file(content)) {
      for (Lines lines : List.of(Lines.forward(file, content.length), Lines.backward(file, content.length))) {
        List<Integer> lengths = all(lines).stream().map(String::length).sorted().toList();
        assertEquals(List.of(2, JsonReader.LONGEST + 1), lengths);
      }
    }
  }

  @Test
  void theEndOfALineIsSeen() throws IOException {
    try (FileChannel file = file("a\nb".getBytes(StandardCharsets.US_ASCII))) {
      assertTrue(Lines.endsLine(file, 2));
      assertFalse(Lines.endsLine(file, 3));
      assertFalse(Lines.endsLine(file, 30));
    }
  }
}
