package org.chrootlite.manifest;

import java.util.List;

/** Sizes as users write them: {@code 4096}, {@code 128MB}, {@code 1.5GiB}. */
public final class Sizes {
  private static final Quantity.Grammar GRAMMAR =
      new Quantity.Grammar(
          "a size",
          "bytes",
          List.of(
              new Quantity.Unit("B", 1),
              new Quantity.Unit("KB", 1000),
              new Quantity.Unit("KiB", 1L << 10),
              new Quantity.Unit("MB", 1_000_000),
              new Quantity.Unit("MiB", 1L << 20),
              new Quantity.Unit("GB", 1_000_000_000),
              new Quantity.Unit("GiB", 1L << 30)),
          1,
          "a number with B, KB, MB, GB, KiB, MiB or GiB, such as 128MB");

  private Sizes() {}

  /** Reads a size: an integer (bytes), or a number with a unit that makes a whole number of bytes below 2^63. */
  public static Quantity parse(String text) {
    return GRAMMAR.parse(text);
  }

  /** Writes a number of bytes, not negative, so that {@link #parse} reads the same number. */
  public static String format(long bytes) {
    return GRAMMAR.format(bytes);
  }
}
