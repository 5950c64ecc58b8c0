package org.chrootlite.manifest;

import java.util.List;

/** Durations as users write them: {@code 30}, {@code 1.5s}, {@code 200ms}, {@code 1h}. */
public final class Durations {
  private static final Quantity.Grammar GRAMMAR =
      new Quantity.Grammar(
          "a duration",
          "nanoseconds",
          List.of(
              new Quantity.Unit("ms", 1_000_000),
              new Quantity.Unit("s", 1_000_000_000),
              new Quantity.Unit("m", 60_000_000_000L),
              new Quantity.Unit("h", 3_600_000_000_000L)),
          1_000_000_000,
          "a number with ms, s, m or h, such as 30s");

  private Durations() {}

  /** Reads a duration: an integer (seconds), or a number with a unit that makes whole nanoseconds below 2^63. */
  public static Quantity parse(String text) {
    return GRAMMAR.parse(text);
  }

  /** Writes a number of nanoseconds, not negative, so that {@link #parse} reads the same number. */
  public static String format(long nanoseconds) {
    return GRAMMAR.format(nanoseconds);
  }
}
