package org.chrootlite.json;

import java.io.IOException;

/** A text is not the JSON that it should be. The message says what is wrong, and at which column. */
public final class MalformedJsonException extends IOException {
  private static final long serialVersionUID = 1;

  private final int column;

  MalformedJsonException(String problem, int column) {
    super(problem + " (column " + column + ")");
    this.column = column;
  }

  /** Where it is, in characters from 1; for bytes that are not UTF-8, in bytes. */
  public int column() {
    return column;
  }
}
