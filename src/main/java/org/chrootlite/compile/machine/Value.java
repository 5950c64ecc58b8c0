package org.chrootlite.compile.machine;

/** An argument of an operation, or a word of a table. */
public sealed interface Value {
  /** A number. */
  record Constant(long value) implements Value {}

  /** Where something is. */
  record AddressOf(Datum datum, int offset) implements Value {}

  /** What a place holds when the operation runs. */
  record Contents(Datum.Place place) implements Value {}

  /** A number. */
  static Value of(long value) {
    return new Constant(value);
  }

  /** The address of this text as a C string. */
  static Value string(String text) {
    return new AddressOf(Datum.Bytes.string(text), 0);
  }

  /** The address of the first byte. */
  static Value addressOf(Datum datum) {
    return new AddressOf(datum, 0);
  }

  /** The first word of a cell when the operation runs. */
  static Value contentsOf(Datum.Cell cell) {
    return new Contents(cell.at(0));
  }
}
