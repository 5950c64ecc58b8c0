package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manifest may be anything by the time somebody looks whether it is what was applied. */
final class ManifestTest {
  private static final String TEXT = "name: é\n";
  private static final Optional<String> APPLIED = Optional.of(Manifest.digest(TEXT));

  @TempDir Path directory;

  private Path write(byte[] bytes) throws Exception {
    return Files.write(directory.resolve("sandbox.yaml"), bytes);
  }

  private static void assertIsAnother(Path file) {
    Optional<String> digest = Manifest.digestOf(file);
    assertTrue(digest.isPresent());
    assertNotEquals(APPLIED, digest);
  }

  @Test
  void whatIsInAFileHasTheDigestOfItsText() throws Exception {
    Path file = write(TEXT.getBytes(StandardCharsets.UTF_8));
    assertEquals(APPLIED, Manifest.digestOf(file));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() throws Exception {
    Path file = write(("\ufeff" + TEXT).getBytes(StandardCharsets.UTF_8));
    assertEquals(APPLIED, Manifest.digestOf(file));
  }

  @Test
  void whatIsNoTextAnyMoreHasAnotherDigest() throws Exception {
    assertIsAnother(write(TEXT.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void aFileLargerThanMemoryIsAnotherOne() throws Exception {
    Path file = write(TEXT.getBytes(StandardCharsets.UTF_8));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertIsAnother(file);
  }

  @Test
  void aDirectoryOrALinkToNothingHasNone() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link.yaml"), Path.of("link.yaml"));
    assertEquals(Optional.empty(), Manifest.digestOf(directory));
    assertEquals(Optional.empty(), Manifest.digestOf(link));
  }
}
