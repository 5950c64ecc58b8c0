package org.chrootlite.rootfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The first line of a script. */
final class Shebang {
  // BINPRM_BUF_SIZE: the kernel reads no further; see execve(2).
  private static final int MAX_LENGTH = 256;

  private Shebang() {}

  /** The absolute path after {@code #!}; empty when there is none. */
  static Optional<String> interpreter(Path script) throws IOException {
    byte[] start;
    try (InputStream stream = Files.newInputStream(script)) {
      start = stream.readNBytes(MAX_LENGTH);
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (!text.startsWith("#!")) {
      return Optional.empty();
    }
    int end = text.indexOf('\n');
    String line = text.substring(2, end < 0 ? text.length() : end).strip();
    int blank = 0;
    while (blank < line.length() && line.charAt(blank) != ' ' && line.charAt(blank) != '\t') {
      blank++;
    }
    String interpreter = line.substring(0, blank);
    return interpreter.startsWith("/") ? Optional.of(interpreter) : Optional.empty();
  }
}
