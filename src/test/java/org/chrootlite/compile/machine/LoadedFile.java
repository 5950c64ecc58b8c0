package org.chrootlite.compile.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** An executable as a kernel would map it, read from nothing but its bytes; see elf(5). */
public final class LoadedFile {
  /** A program header of type PT_LOAD. */
  public record Segment(int flags, long offset, long address, long fileSize, long size, long alignment) {}

  private static final int PT_LOAD = 1;

  private final ByteBuffer file;
  private final List<Segment> segments = new ArrayList<>();

  /** Reads the headers. */
  public LoadedFile(byte[] bytes) {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int headers = (int) file.getLong(32);
    int headerSize = file.getShort(54);
    for (int i = 0; i < file.getShort(56); i++) {
      int at = headers + i * headerSize;
      if (file.getInt(at) == PT_LOAD) {
        segments.add(
            new Segment(
                file.getInt(at + 4),
                file.getLong(at + 8),
                file.getLong(at + 16),
                file.getLong(at + 32),
                file.getLong(at + 40),
                file.getLong(at + 48)));
      }
    }
  }

  /** In the file's order. */
  public List<Segment> segments() {
    return segments;
  }

  /** The only segment with these permissions: 4 to read, 2 to write, 1 to execute. */
  public Segment segment(int flags) {
    List<Segment> found = segments.stream().filter(segment -> segment.flags() == flags).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " segments with flags " + flags);
    }
    return found.getFirst();
  }

  /** Where it starts. */
  public long entry() {
    return file.getLong(24);
  }

  /** Eight bytes of the read-only segment. */
  public long word(long address) {
    return file.getLong(offset(address, 8));
  }

  /** Four bytes of the read-only segment. */
  public int half(long address) {
    return file.getInt(offset(address, 4));
  }

  /** Bytes of the read-only segment. */
  public byte[] bytes(long address, int size) {
    byte[] bytes = new byte[size];
    file.get(offset(address, size), bytes);
    return bytes;
  }

  private int offset(long address, int size) {
    Segment data = segment(4);
    if (address < data.address() || address + size > data.address() + data.fileSize()) {
      throw new AssertionError(Long.toHexString(address) + " is not in the read-only segment");
    }
    return (int) (address - data.address() + data.offset());
  }
}
