package org.chrootlite.compile.machine;

import java.util.Arrays;

/** Little-endian bytes that grow, eight bytes aligned. */
final class Buffer {
  private byte[] bytes;
  private int size;

  Buffer(int size) {
    bytes = new byte[Math.max(size, 64)];
    this.size = size;
  }

  /** Makes room at the end for so many bytes, and returns where it begins. */
  int reserve(int count) {
    int at = (size + 7) & -8;
    long needed = (long) at + count;
    if (needed > Image.MAX_SIZE) {
      throw new IllegalArgumentException("a launcher of " + needed + " bytes; at most " + Image.MAX_SIZE);
    }
    size = (int) needed;
    if (size > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(2L * size, Image.MAX_SIZE));
    }
    return at;
  }

  void setInt(int at, int value) {
    CodeBuffer.setWord(bytes, at, value);
  }

  void setLong(int at, long value) {
    setInt(at, (int) value);
    setInt(at + 4, (int) (value >>> 32));
  }

  void setBytes(int at, Datum.Bytes value) {
    value.copyTo(bytes, at);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }
}
