package org.chrootlite.cli;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.diagnostic.Printable;

/** Rows in aligned columns, as text. Its memory is that of the text: it is meant for tens of thousands of rows, too. */
final class Table {
  /** On which side of its column a cell stands. */
  enum Side {
    LEFT,
    RIGHT
  }

  /** What stands between two columns. */
  private static final int GAP = 2;

  private static final String EMPTY = "-";

  private final List<Side> sides = new ArrayList<>();
  private final List<String> titles = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a column, with its title. */
  Table column(String title, Side side) {
    titles.add(title);
    sides.add(side);
    return this;
  }

  /**
   * Adds a row.
   *
   * @param cells one a column; control characters are made visible, and where there is no text a dash is shown
   */
  void row(List<String> cells) {
    if (cells.size() != titles.size()) {
      throw new IllegalArgumentException(cells.size() + " cells for " + titles.size() + " columns");
    }
    rows.add(cells.stream().map(cell -> cell.isEmpty() ? EMPTY : Printable.escape(cell)).toList());
  }

  /** Whether it has titles only. */
  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Its lines, the titles first; none ends with spaces. */
  List<String> lines() {
    int[] widths = new int[titles.size()];
    measure(titles, widths);
    rows.forEach(row -> measure(row, widths));
    List<String> lines = new ArrayList<>(rows.size() + 1);
    lines.add(line(titles, widths));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private static void measure(List<String> cells, int[] widths) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], width(cells.get(i)));
    }
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder(128);
    for (int i = 0; i < widths.length; i++) {
      int padding = widths[i] - width(cells.get(i));
      line.repeat(' ', i == 0 ? 0 : GAP);
      switch (sides.get(i)) {
        case LEFT -> line.append(cells.get(i)).repeat(' ', padding);
        case RIGHT -> line.repeat(' ', padding).append(cells.get(i));
      }
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
