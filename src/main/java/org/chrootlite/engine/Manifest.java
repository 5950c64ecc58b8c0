package org.chrootlite.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.chrootlite.model.Sha256;

/** The file that a sandbox was applied from, as it is now. */
final class Manifest {
  /** What a text file of some systems begins with; no part of its text. */
  private static final String MARK = "\ufeff";

  private Manifest() {}

  /** Of a manifest's text, without its byte order mark. */
  static String digest(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The digest of a file; empty where it cannot be read, or is no text. */
  static Optional<String> digestOf(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      String text = Files.readString(file);
      return Optional.of(digest(text.startsWith(MARK) ? text.substring(MARK.length()) : text));
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
