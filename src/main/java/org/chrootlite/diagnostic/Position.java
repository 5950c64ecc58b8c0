package org.chrootlite.diagnostic;

/**
 * A place in a file.
 *
 * @param file the file as the user named it
 * @param line from 1; 0 where the file as a whole is meant
 * @param column from 1, counted in code points; 0 where the line or the file as a whole is meant
 * @param length how many code points of the line are meant, at least 1
 */
public record Position(String file, int line, int column, int length) {
  /** The file as a whole. */
  public static Position ofFile(String file) {
    return new Position(file, 0, 0, 1);
  }

  /** The start of a file. */
  public static Position startOf(String file) {
    return new Position(file, 1, 1, 1);
  }
}
