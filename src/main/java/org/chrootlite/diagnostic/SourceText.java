package org.chrootlite.diagnostic;

import java.util.ArrayList;
import java.util.List;

/** The text of a file, by lines: turns offsets into positions, and shows what is meant. */
public final class SourceText {
  private final String file;
  private final String text;
  private final List<String> lines = new ArrayList<>();

  /** Where each line starts, in code points from the text's start. */
  private final List<Integer> starts = new ArrayList<>();

  /**
   * Splits the text at LF, CR LF and CR.
   *
   * @param file as the user named it
   * @param text without a byte order mark
   */
  public SourceText(String file, String text) {
    this.file = file;
    this.text = text;
    int from = 0;
    int start = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\n' || c == '\r') {
        int end = c == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n' ? at + 2 : at + 1;
        lines.add(text.substring(from, at));
        starts.add(start);
        start += text.codePointCount(from, end);
        from = end;
        at = end - 1;
      }
    }
    lines.add(text.substring(from));
    starts.add(start);
  }

  /** The file as the user named it. */
  public String file() {
    return file;
  }

  /** The whole text. */
  public String text() {
    return text;
  }

  /** How many lines there are, at least 1. */
  public int lineCount() {
    return lines.size();
  }

  /** A line without its end; {@code number} is from 1 to {@link #lineCount()}. */
  public String line(int number) {
    return lines.get(number - 1);
  }

  /**
   * What lies between two offsets, cut at the end of its first line.
   *
   * @param from the first code point that is meant, from 0
   * @param to the code point after the last one
   */
  public Position position(int from, int to) {
    int low = 0;
    int high = starts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts.get(middle) <= from) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    String line = lines.get(low);
    int width = line.codePointCount(0, line.length());
    int column = Math.min(from - starts.get(low), width);
    int length = Math.min(to - from, width - column);
    return new Position(file, low + 1, column + 1, Math.max(length, 1));
  }
}
