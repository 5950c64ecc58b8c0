package org.chrootlite.cli;

/**
 * Text from scripts, manifests and file names, made safe to show on a terminal: control characters, which could move
 * the cursor or change colours, and bidirectional controls, which could reorder what is read, become visible escapes.
 */
final class Printable {
  private Printable() {}

  /** For a place within one line. */
  static String line(String text) {
    return escape(text, false);
  }

  /** For text that may have lines and tabs. */
  static String text(String text) {
    return escape(text, true);
  }

  private static String escape(String text, boolean lines) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean shown = isHarmless(c) || (lines && (c == '\n' || c == '\t')) || isHalfOfAPair(text, i);
      if (!shown && out == null) {
        out = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (out == null) {
        continue;
      }
      if (shown) {
        out.append(c);
      } else {
        out.append(c < 0x100 ? "\\x" : "\\u");
        String hex = Integer.toHexString(c);
        out.repeat('0', (c < 0x100 ? 2 : 4) - hex.length()).append(hex);
      }
    }
    return out == null ? text : out.toString();
  }

  private static boolean isHarmless(char c) {
    return c >= 0x20
        && (c < 0x7f || c > 0x9f)
        && !Character.isSurrogate(c)
        && (c < 0x2028 || c > 0x202e)
        && (c < 0x2066 || c > 0x2069);
  }

  private static boolean isHalfOfAPair(String text, int i) {
    char c = text.charAt(i);
    return (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1)))
        || (Character.isLowSurrogate(c) && i > 0 && Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
