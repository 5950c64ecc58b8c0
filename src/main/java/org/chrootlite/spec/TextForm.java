package org.chrootlite.spec;

/** How text is shown within a line: without a line's end, in quotes where it could be misread, and cut where long. */
public final class TextForm {
  /** In code points. */
  static final int LONGEST = 80;

  private static final String CUT = "...";

  private TextForm() {}

  /** The text as it is; in quotes where it has control characters, or could be taken for something else. */
  public static String plain(String text) {
    boolean clear = !text.isEmpty() && text.charAt(0) != '"' && text.strip().length() == text.length();
    for (int at = 0; at < text.length() && clear; at++) {
      clear = !Character.isISOControl(text.charAt(at));
    }
    return clear ? text : '"' + escaped(text) + '"';
  }

  /** An item of a list or a mapping: in quotes where a reader could not see its ends, too. */
  static String item(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (" ,:[]{}\"'".indexOf(text.charAt(at)) >= 0) {
        return quoted(text);
      }
    }
    return plain(text);
  }

  /** The text in quotes; different texts look different. */
  static String quoted(String text) {
    return '"' + escaped(text) + '"';
  }

  /**
   * A line's part around {@code from}, a number of code points; of two lines that are the same up to there, the two
   * parts differ.
   */
  static String window(String line, int from) {
    // What comes before is there for orientation.
    int begin = from <= LONGEST * 3 / 4 ? 0 : from - LONGEST / 4;
    int[] points = line.codePoints().toArray();
    int end = Math.min(points.length, begin + LONGEST);
    String shown = new String(points, begin, end - begin);
    return (begin > 0 ? CUT : "") + shown + (end < points.length ? CUT : "");
  }

  /** How many code points two texts have in common at their beginnings. */
  static int common(String one, String other) {
    int[] left = one.codePoints().toArray();
    int[] right = other.codePoints().toArray();
    int at = 0;
    while (at < left.length && at < right.length && left[at] == right[at]) {
      at++;
    }
    return at;
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            out.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.toString();
  }
}
