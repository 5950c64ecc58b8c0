package org.chrootlite.compile;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The devices of each sandbox; see null(4), full(4), random(4) and tty(4). */
final class Devices {
  static final List<String> NAMES = List.of("null", "zero", "full", "random", "urandom", "tty");

  static final SortedMap<String, Long> NUMBERS =
      new TreeMap<>(
          Map.of(
              "null", number(1, 3),
              "zero", number(1, 5),
              "full", number(1, 7),
              "random", number(1, 8),
              "urandom", number(1, 9),
              "tty", number(5, 0)));

  private Devices() {}

  private static long number(long major, long minor) {
    return major << 8 | minor;
  }
}
