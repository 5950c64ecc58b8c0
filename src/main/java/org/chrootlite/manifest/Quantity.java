package org.chrootlite.manifest;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a text with a number and a unit says: an amount, or what is wrong with it. */
public sealed interface Quantity {
  /** A number as YAML writes it, with an exponent or without one. */
  Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?");

  /** Whether a text is a number, with an exponent or without one, that is larger than a bound. */
  static boolean isBeyond(String text, long most) {
    try {
      // A double, as the exact form of 1e999999999 would fill the memory.
      return NUMBER.matcher(text).matches() && Double.parseDouble(text) > most;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /**
   * The text is right.
   *
   * @param value in bytes or nanoseconds, not negative
   */
  record Amount(long value) implements Quantity {}

  /**
   * The text is wrong.
   *
   * @param message what is wrong, to follow the setting's name
   * @param hint what would be right
   */
  record Invalid(String message, String hint) implements Quantity {}

  /**
   * A unit.
   *
   * @param factor how many bytes or nanoseconds it has
   */
  record Unit(String name, long factor) {}

  /**
   * What kind of quantity is read.
   *
   * @param noun what it is called, with its article
   * @param smallest what the value counts
   * @param units from small to large
   * @param bare how many bytes or nanoseconds an integer without a unit means
   * @param form how it is written
   */
  record Grammar(String noun, String smallest, List<Unit> units, long bare, String form) {
    /** Reads the text. */
    Quantity parse(String text) {
      int digits = digits(text, 0);
      int end = digits;
      if (digits > 0 && digits < text.length() && text.charAt(digits) == '.') {
        int fraction = digits(text, digits + 1);
        end = fraction > digits + 1 ? fraction : digits;
      }
      if (digits == 0) {
        boolean negative = text.startsWith("-") && digits(text, 1) > 1;
        return negative ? new Invalid("must not be negative", form) : nothing(text);
      }
      String number = text.substring(0, end);
      if (digits > 1 && number.charAt(0) == '0') {
        return new Invalid(Messages.quote(text) + " has a leading zero", "write it in plain decimal digits");
      }
      String unit = text.substring(end);
      if (unit.startsWith(" ")) {
        unit = unit.substring(1);
      }
      if (unit.isEmpty() && end == text.length()) {
        return end > digits ? fraction(text) : amount(text, number, bare);
      }
      for (Unit known : units) {
        if (known.name().equals(unit)) {
          return amount(text, number, known.factor());
        }
      }
      return unknownUnit(text, number, unit);
    }

    /** Writes a value with the largest unit that needs no fraction; the inverse of {@link #parse}. */
    String format(long value) {
      if (value == 0) {
        return "0";
      }
      Unit best = units.getFirst();
      for (Unit unit : units) {
        if (value % unit.factor() == 0 && unit.factor() >= best.factor()) {
          best = unit;
        }
      }
      return BigDecimal.valueOf(value).divide(BigDecimal.valueOf(best.factor())).toPlainString() + best.name();
    }

    private Quantity amount(String text, String number, long factor) {
      if (number.length() > 40) {
        return new Invalid(Messages.quote(text) + " has too many digits", form);
      }
      BigDecimal exact = new BigDecimal(number).multiply(BigDecimal.valueOf(factor));
      if (exact.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
        return new Invalid(Messages.quote(text) + " is too large", form);
      }
      if (exact.stripTrailingZeros().scale() > 0) {
        return new Invalid(Messages.quote(text) + " is not a whole number of " + smallest, form);
      }
      return new Amount(exact.longValueExact());
    }

    private Quantity fraction(String text) {
      String hint = units.stream().anyMatch(unit -> unit.name().equals("s")) ? "did you mean " + text + "s?" : form;
      return new Invalid(Messages.quote(text) + " has a fraction but no unit", hint);
    }

    private Quantity nothing(String text) {
      if (isBeyond(text, Long.MAX_VALUE)) {
        return new Invalid(Messages.quote(text) + " is too large", form);
      }
      return new Invalid(Messages.quote(text) + " is not " + noun, form);
    }

    private Quantity unknownUnit(String text, String number, String unit) {
      String lower = unit.toLowerCase(Locale.ROOT);
      for (Unit known : units.reversed()) {
        String name = known.name().toLowerCase(Locale.ROOT);
        if (name.equals(lower) || name.equals(lower + "b") || isPlural(lower, name)) {
          return new Invalid(nothingMessage(text), "did you mean " + number + known.name() + "?");
        }
      }
      return nothing(text);
    }

    private String nothingMessage(String text) {
      return Messages.quote(text) + " is not " + noun;
    }

    /** {@code sec}, {@code mins}, {@code bytes}. */
    private static boolean isPlural(String unit, String name) {
      return switch (unit) {
        case "sec", "secs", "second", "seconds" -> name.equals("s");
        case "min", "mins", "minute", "minutes" -> name.equals("m");
        case "hr", "hrs", "hour", "hours" -> name.equals("h");
        case "msec", "millis", "milliseconds" -> name.equals("ms");
        case "byte", "bytes" -> name.equals("b");
        default -> false;
      };
    }

    private static int digits(String text, int from) {
      int at = from;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      return at;
    }
  }
}
