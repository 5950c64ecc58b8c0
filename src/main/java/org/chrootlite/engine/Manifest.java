package org.chrootlite.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.chrootlite.model.Sha256;

/** The file that a sandbox was applied from, as it is now. */
final class Manifest {
  /** What a text file of some systems begins with; no part of its text. */
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /** No manifest has more bytes than this, and so none has the digest of more. */
  private static final int LARGEST = 1 << 20;

  private Manifest() {}

  /** Of a manifest's text, without its byte order mark. */
  static String digest(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The digest of a file, which may be anything by now: of what is too large, or no text, it is none that a manifest
   * has; of what is no regular file, or cannot be read, there is none.
   */
  static Optional<String> digestOf(Path file) {
    // Opening a FIFO would wait for a writer.
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      boolean marked = bytes.length >= MARK.length && Arrays.equals(Arrays.copyOf(bytes, MARK.length), MARK);
      return Optional.of(Sha256.of(marked ? Arrays.copyOfRange(bytes, MARK.length, bytes.length) : bytes));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** As people find it: relative to where they are, where it is below. */
  static String shown(Path file) {
    Path here = Path.of("").toAbsolutePath();
    return file.startsWith(here) && !file.equals(here) ? here.relativize(file).toString() : file.toString();
  }
}
