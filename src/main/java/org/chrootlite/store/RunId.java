package org.chrootlite.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/** Names of runs and of operations, which sort by time. */
public final class RunId {
  private RunId() {}

  /** One for what begins now, such as {@code 20261122T081500Z-4f7c1e}. */
  public static String next(Instant now) {
    return of(now, AtomicFile.randomHex(6));
  }

  static String of(Instant when, String random) {
    ZonedDateTime utc = when.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneOffset.UTC);
    // By hand: a DateTimeFormatter costs more at start-up than all the rest of a run's directory.
    return pad(utc.getYear(), 4)
        + pad(utc.getMonthValue(), 2)
        + pad(utc.getDayOfMonth(), 2)
        + "T"
        + pad(utc.getHour(), 2)
        + pad(utc.getMinute(), 2)
        + pad(utc.getSecond(), 2)
        + "Z-"
        + random;
  }

  private static String pad(int value, int digits) {
    String text = Integer.toString(value);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  /** Whether this could be one, and so is safe to be a file's name. */
  static boolean isName(String text) {
    boolean wrong = text.isEmpty();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      wrong |= !(c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
    }
    return !wrong;
  }
}
