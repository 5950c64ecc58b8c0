package org.chrootlite.diagnostic;

/** Makes text from outside harmless on a terminal. */
public final class Printable {
  private Printable() {}

  /**
   * The text with all control characters, invisible format characters (such as those that turn the writing direction),
   * line separators and lone surrogates as escapes: {@code \t}, {@code \n}, {@code \r}, {@code \x1b}, {@code \u202e}.
   */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(out, c));
    return out.toString();
  }

  /** Appends one code point, escaped where it needs to be. */
  static void append(StringBuilder out, int codePoint) {
    switch (codePoint) {
      case '\t' -> out.append("\\t");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      default -> {
        if (isHarmless(codePoint)) {
          out.appendCodePoint(codePoint);
        } else if (codePoint <= 0xff) {
          out.append("\\x");
          hex(out, codePoint, 2);
        } else {
          out.append(codePoint <= 0xffff ? "\\u" : "\\U");
          hex(out, codePoint, codePoint <= 0xffff ? 4 : 8);
        }
      }
    }
  }

  private static void hex(StringBuilder out, int value, int digits) {
    String hex = Integer.toHexString(value);
    out.repeat('0', digits - hex.length()).append(hex);
  }

  private static boolean isHarmless(int codePoint) {
    if (codePoint < 0x7f) {
      return codePoint >= ' ';
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
