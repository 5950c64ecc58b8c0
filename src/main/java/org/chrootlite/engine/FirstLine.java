package org.chrootlite.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The first line of a script, by which the kernel finds its interpreter; see execve(2). */
final class FirstLine {
  /** No kernel reads more of it. */
  private static final int LONGEST = 255;

  private FirstLine() {}

  /** What a {@code #!} line names: the program, and all that follows as one argument; empty where there is none. */
  static List<String> interpreter(byte[] script) {
    String start = new String(script, 0, Math.min(script.length, LONGEST), StandardCharsets.UTF_8);
    int end = start.indexOf('\n');
    String line = end < 0 ? start : start.substring(0, end);
    if (!line.startsWith("#!")) {
      return List.of();
    }
    String words = line.substring(2).replaceFirst("^[ \t]+", "");
    return words.isEmpty() ? List.of() : List.of(words.split("[ \t]+", 2));
  }
}
