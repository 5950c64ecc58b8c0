package org.chrootlite.diagnostic;

/**
 * A line as a terminal shows it, cut around what is meant.
 *
 * @param text printable
 * @param indent how many cells there are before the first caret
 * @param carets how many cells are meant, at least 1
 */
record Excerpt(String text, int indent, int carets) {
  /** Lines wider than this are cut, in cells. */
  private static final int WIDTH = 100;

  /** How much of a cut line is kept before what is meant, in cells. */
  private static final int BEFORE = 30;

  private static final int TAB = 4;
  private static final String CUT = "...";

  /**
   * @param line without its end
   * @param from the first code point that is meant, from 0; at most the line's length
   * @param length how many code points are meant
   */
  static Excerpt of(String line, int from, int length) {
    int[] codePoints = line.codePoints().toArray();
    int end = Math.min(from + length, codePoints.length);
    int first = from;
    for (int cells = 0; first > 0 && cells < BEFORE; first--) {
      cells += shown(codePoints[first - 1]).cells();
    }
    // A line that fits as it is starts at its first character.
    int whole = 0;
    for (int at = 0; at < codePoints.length && whole <= WIDTH; at++) {
      whole += shown(codePoints[at]).cells();
    }
    if (whole <= WIDTH) {
      first = 0;
    }
    StringBuilder text = new StringBuilder(first > 0 ? CUT : "");
    int cells = text.length();
    int indent = cells;
    int carets = 0;
    for (int at = first; at < codePoints.length; at++) {
      Shown shown = shown(codePoints[at]);
      if (cells + shown.cells() > WIDTH + CUT.length()) {
        text.append(CUT);
        break;
      }
      text.append(shown.text());
      cells += shown.cells();
      if (at < from) {
        indent = cells;
      } else if (at < end) {
        carets += shown.cells();
      }
    }
    return new Excerpt(text.toString(), indent, Math.max(carets, 1));
  }

  private record Shown(String text, int cells) {}

  private static Shown shown(int codePoint) {
    if (codePoint == '\t') {
      return new Shown(" ".repeat(TAB), TAB);
    }
    StringBuilder out = new StringBuilder();
    Printable.append(out, codePoint);
    boolean escaped = out.length() > Character.charCount(codePoint);
    return new Shown(out.toString(), escaped ? out.length() : cells(codePoint));
  }

  /** An approximation of Unicode's East Asian Width that is right for the common scripts and emoji. */
  private static int cells(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        (codePoint >= 0x1100 && codePoint <= 0x115f)
            || (codePoint >= 0x2e80 && codePoint <= 0xa4cf)
            || (codePoint >= 0xac00 && codePoint <= 0xd7a3)
            || (codePoint >= 0xf900 && codePoint <= 0xfaff)
            || (codePoint >= 0xfe30 && codePoint <= 0xfe6f)
            || (codePoint >= 0xff00 && codePoint <= 0xff60)
            || (codePoint >= 0xffe0 && codePoint <= 0xffe6)
            || (codePoint >= 0x1f300 && codePoint <= 0x1faff)
            || (codePoint >= 0x20000 && codePoint <= 0x3fffd);
    return wide ? 2 : 1;
  }
}
