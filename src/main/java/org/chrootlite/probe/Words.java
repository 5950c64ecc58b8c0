package org.chrootlite.probe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Words as the kernel and our machine lay them out: 64 bits, the lowest byte first. */
final class Words {
  private Words() {}

  static long get(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
  }

  static byte[] of(long... words) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : words) {
      bytes.putLong(word);
    }
    return bytes.array();
  }
}
