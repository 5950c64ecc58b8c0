package org.chrootlite.manifest;

import org.jspecify.annotations.Nullable;

/** Reads whole numbers. */
final class Numbers {
  private Numbers() {}

  /** The number; null, with an error, where it is not in range or not written in plain decimal digits. */
  static @Nullable Long integer(Place place, long least, long most) {
    String range = "must be a whole number from " + least + " to " + most;
    if (place.node() instanceof Node.Scalar fraction && fraction.kind() == Node.Kind.FLOAT) {
      boolean tooLarge = Quantity.isBeyond(fraction.text(), most);
      place.error(tooLarge ? Messages.quote(fraction.text()) + " is too large: " + range : range, "");
      return null;
    }
    Node.@Nullable Scalar scalar = place.scalar(Node.Kind.INTEGER);
    if (scalar == null) {
      return null;
    }
    String text = scalar.text();
    String digits = text.startsWith("-") ? text.substring(1) : text;
    boolean plain = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!plain || (digits.length() > 1 && digits.startsWith("0"))) {
      place.error(Messages.quote(text) + " is not plain decimal", "other bases and leading zeros mislead readers");
      return null;
    }
    long value = digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    if (text.startsWith("-") || value < least || value > most) {
      place.error(range, "");
      return null;
    }
    return value;
  }
}
