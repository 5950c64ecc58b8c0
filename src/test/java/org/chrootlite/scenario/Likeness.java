package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;

/** Compares text with one that leaves open what differs from run to run. */
final class Likeness {
  private static final String ANYTHING = "...";

  private Likeness() {}

  /** Fails unless it is the same; a line {@code ...} may be any lines, {@code ...} in a line any part of it. */
  static void assertLike(String expected, String actual, String what) {
    if (!isLike(expected, actual)) {
      assertEquals(expected, actual, what);
    }
  }

  static boolean isLike(String expected, String actual) {
    StringBuilder pattern = new StringBuilder();
    for (String line : expected.split("(?<=\n)", -1)) {
      if (line.equals(ANYTHING + "\n")) {
        pattern.append("(?:.*\n)*");
      } else {
        String[] parts = line.split(Pattern.quote(ANYTHING), -1);
        for (int i = 0; i < parts.length; i++) {
          pattern.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
        }
      }
    }
    return Pattern.matches(pattern.toString(), actual);
  }
}
