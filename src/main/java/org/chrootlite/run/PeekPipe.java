package org.chrootlite.run;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.chrootlite.linux.PollFlags;

/** A pipe or a FIFO, copied by tee(2) into a second pipe, from which this process reads. */
final class PeekPipe implements PeekSource {
  private final int pipe;
  private final Descriptors calls;
  private final int reading;
  private final int writing;
  private final MemorySegment taken;

  private PeekPipe(int pipe, Descriptors calls, int[] copy, MemorySegment taken) {
    this.pipe = pipe;
    this.calls = calls;
    this.reading = copy[0];
    this.writing = copy[1];
    this.taken = taken;
  }

  static PeekPipe of(int pipe, Descriptors calls, Arena arena, int most) throws IOException {
    return new PeekPipe(pipe, calls, calls.pipe(), arena.allocate(most));
  }

  @Override
  public int peek(MemorySegment buffer, int known) {
    if (calls.unread(pipe) <= known) {
      boolean isEnd = (calls.state(pipe, PollFlags.POLLIN) & (PollFlags.POLLHUP | PollFlags.POLLERR)) != 0;
      // In this order: when it has no writer any more, nothing can come after a look at what there is.
      return isEnd && calls.unread(pipe) <= known ? END : known;
    }
    long copied = calls.tee(pipe, writing, buffer.byteSize());
    return copied <= 0 ? known : (int) Math.max(known, calls.read(reading, buffer.asSlice(0, copied)));
  }

  /** Never more than there is, for which a read would wait: another reader may have been faster. */
  @Override
  public void take(int count) {
    long left = Math.min(count, calls.unread(pipe));
    while (left > 0) {
      long read = calls.read(pipe, taken.asSlice(0, left));
      left -= read > 0 ? read : left;
    }
  }

  @Override
  public void finish() {
    calls.close(reading);
    calls.close(writing);
  }
}
