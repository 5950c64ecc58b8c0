package org.chrootlite.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts that are asserted whole. They are rewritten, to be reviewed as a diff, with {@code -Dgolden.update=true}. */
public final class Golden {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden");

  private Golden() {}

  /** Asserts that the text is that of a file below {@code src/test/resources/golden}. */
  public static void assertMatches(String file, String actual) {
    Path path = DIRECTORY.resolve(file);
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, actual);
      }
      assertEquals(Files.readString(path), actual, () -> "differs from " + path);
    } catch (IOException e) {
      throw new UncheckedIOException("no " + path + "? -Dgolden.update=true writes it", e);
    }
  }
}
