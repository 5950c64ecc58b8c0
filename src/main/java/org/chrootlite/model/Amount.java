package org.chrootlite.model;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as a person would say them. */
public final class Amount {
  private static final long KILO = 1000;
  private static final long KIBI = 1024;

  private Amount() {}

  /** A number of bytes, in the unit that says it shortest: {@code 16 MB}, {@code 1 GiB}, {@code 14.2 KB}. */
  public static String bytes(long bytes) {
    if (bytes >= KIBI && bytes % KIBI == 0 && bytes % KILO != 0) {
      return scaled(bytes, KIBI, "KiB", "MiB", "GiB");
    }
    return scaled(bytes, KILO, "KB", "MB", "GB");
  }

  /** A number of nanoseconds: {@code 30 s}, {@code 250 ms}, {@code 12.5 us}. */
  public static String duration(long nanoseconds) {
    if (nanoseconds >= 1_000_000_000) {
      return decimal(nanoseconds, 1_000_000_000) + " s";
    }
    return nanoseconds >= 1_000_000 ? decimal(nanoseconds, 1_000_000) + " ms" : decimal(nanoseconds, 1000) + " us";
  }

  private static String scaled(long bytes, long step, String... units) {
    if (bytes < step) {
      return bytes + " B";
    }
    long scale = step;
    int unit = 0;
    while (unit + 1 < units.length && bytes / scale >= step) {
      scale *= step;
      unit++;
    }
    return decimal(bytes, scale) + " " + units[unit];
  }

  /** A quotient with two decimals at most, none where they are zero. */
  static String decimal(long value, long scale) {
    BigDecimal quotient = BigDecimal.valueOf(value).divide(BigDecimal.valueOf(scale), 2, RoundingMode.HALF_UP);
    return quotient.stripTrailingZeros().toPlainString();
  }
}
