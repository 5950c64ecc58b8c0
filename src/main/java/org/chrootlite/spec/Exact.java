package org.chrootlite.spec;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Numbers with their units, never rounded, so that different ones look different: {@code 128 MB}, {@code 1.5 min}. */
final class Exact {
  private static final List<Unit> BYTES =
      List.of(
          new Unit("B", 1),
          new Unit("KB", 1000),
          new Unit("KiB", 1L << 10),
          new Unit("MB", 1_000_000),
          new Unit("MiB", 1L << 20),
          new Unit("GB", 1_000_000_000),
          new Unit("GiB", 1L << 30));

  private static final List<Unit> NANOSECONDS =
      List.of(
          new Unit("ns", 1),
          new Unit("us", 1000),
          new Unit("ms", 1_000_000),
          new Unit("s", 1_000_000_000),
          new Unit("min", 60_000_000_000L),
          new Unit("h", 3_600_000_000_000L));

  private record Unit(String name, long factor) {}

  private Exact() {}

  /** A number of bytes. */
  static String bytes(long value) {
    return shortest(value, BYTES);
  }

  /** A number of nanoseconds. */
  static String duration(long value) {
    return value == 0 ? "0 s" : shortest(value, NANOSECONDS);
  }

  /** A number of thousandths of a CPU. */
  static String cpus(long value) {
    return BigDecimal.valueOf(value, 3).stripTrailingZeros().toPlainString() + (value == 1000 ? " CPU" : " CPUs");
  }

  /** In the unit that takes the fewest digits, two after the point at most; of two such units the larger one. */
  private static String shortest(long value, List<Unit> units) {
    String best = Long.toString(value);
    String name = units.getFirst().name();
    for (Unit unit : units) {
      BigDecimal factor = BigDecimal.valueOf(unit.factor());
      BigDecimal quotient = BigDecimal.valueOf(value).divide(factor, 2, RoundingMode.DOWN);
      String text = quotient.stripTrailingZeros().toPlainString();
      boolean exact = quotient.multiply(factor).compareTo(BigDecimal.valueOf(value)) == 0;
      if (value >= unit.factor() && exact && text.length() <= best.length()) {
        best = text;
        name = unit.name();
      }
    }
    return best + " " + name;
  }
}
