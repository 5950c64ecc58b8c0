package org.chrootlite.compile.machine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Memory that operations refer to. */
public sealed interface Datum {

  /** Read-only bytes. */
  final class Bytes implements Datum {
    private final byte[] content;
    private final int hash;

    /** Copies the content. */
    public Bytes(byte[] content) {
      this(content, content.length);
    }

    /** The content up to {@code size}, or with zeros behind. */
    private Bytes(byte[] content, int size) {
      this.content = Arrays.copyOf(content, size);
      this.hash = Arrays.hashCode(this.content);
    }

    /** A C string: the text in UTF-8, then a zero byte. The text must not hold a zero itself. */
    public static Bytes string(String text) {
      if (text.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("a zero would end the string early: " + text);
      }
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      return new Bytes(utf8, utf8.length + 1);
    }

    /** The bytes, a copy. */
    public byte[] content() {
      return content.clone();
    }

    void copyTo(byte[] target, int at) {
      System.arraycopy(content, 0, target, at, content.length);
    }

    /** How many bytes. */
    public int size() {
      return content.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public String toString() {
      return OperationText.quote(content);
    }
  }

  /** Read-only 64-bit words, such as an argument vector or a {@code struct iovec}. */
  record Words(List<Value> words) implements Datum {
    /** Copies the list. */
    public Words {
      words = List.copyOf(words);
    }
  }

  /**
   * Writable memory of the launcher, zero at the start.
   *
   * @param name unique in its program
   * @param size bytes, a multiple of 8
   */
  record Cell(String name, int size) implements Datum {
    /** Checks the size. */
    public Cell {
      if (size <= 0 || size % 8 != 0) {
        throw new IllegalArgumentException(name + ": " + size + " is not a positive multiple of 8");
      }
    }

    /** One word. */
    public static Cell word(String name) {
      return new Cell(name, 8);
    }

    /** The place at {@code offset} bytes. */
    public Place at(int offset) {
      return new Place(this, offset);
    }

    // Written out, like the next one: the methods that records get are linked when they are first called, which takes
    // a fresh JVM longer than all of the compiling.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Cell cell && name.equals(cell.name) && size == cell.size;
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  /** A vector of C strings with the null that ends it. */
  static Words strings(List<String> strings) {
    List<Value> pointers = new ArrayList<>();
    strings.forEach(string -> pointers.add(Value.string(string)));
    pointers.add(Value.of(0));
    return new Words(pointers);
  }

  /** Eight bytes of a cell. */
  record Place(Cell cell, int offset) {
    /** Checks that the eight bytes lie inside the cell. */
    public Place {
      if (offset < 0 || offset + 8 > cell.size()) {
        throw new IllegalArgumentException(cell.name() + "+" + offset + " is outside");
      }
    }
  }
}
