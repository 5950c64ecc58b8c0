package org.chrootlite.run;

import java.lang.foreign.MemorySegment;

/** A file or a block device, read beside its offset, which is moved at the end. */
final class PeekFile implements PeekSource {
  private static final int SEEK_SET = 0;
  private static final int SEEK_CUR = 1;

  private final int file;
  private final Descriptors calls;
  private final long begin;
  private long offset;

  PeekFile(int file, Descriptors calls) {
    this.file = file;
    this.calls = calls;
    begin = calls.seek(file, 0, SEEK_CUR);
    offset = begin;
  }

  @Override
  public int peek(MemorySegment buffer, int known) {
    long read = calls.readAt(file, buffer.asSlice(known), offset + known);
    return read <= 0 ? END : known + (int) read;
  }

  @Override
  public void take(int count) {
    offset += count;
  }

  @Override
  public void finish() {
    if (offset != begin) {
      calls.seek(file, offset, SEEK_SET);
    }
  }
}
