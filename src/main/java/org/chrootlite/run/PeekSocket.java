package org.chrootlite.run;

import java.lang.foreign.MemorySegment;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.PollFlags;

/** A socket, read by MSG_PEEK of recv(2). */
final class PeekSocket implements PeekSource {
  private final int socket;
  private final Descriptors calls;
  private MemorySegment taken = MemorySegment.NULL;

  PeekSocket(int socket, Descriptors calls) {
    this.socket = socket;
    this.calls = calls;
  }

  @Override
  public int peek(MemorySegment buffer, int known) {
    taken = buffer;
    boolean isShut = (calls.state(socket, PollFlags.POLLRDHUP) & (PollFlags.POLLRDHUP | PollFlags.POLLHUP)) != 0;
    long there = calls.receive(socket, buffer, PollFlags.MSG_PEEK);
    if (there > known) {
      return (int) there;
    }
    boolean isFailed = there < 0 && there != -Errno.EAGAIN.number() && there != -Errno.EINTR.number();
    return isShut || isFailed || there == 0 ? END : known;
  }

  @Override
  public void take(int count) {
    // What the buffer holds of it has been passed on already.
    calls.receive(socket, taken.asSlice(0, count), 0);
  }

  /** A no-op. */
  @Override
  public void finish() {}
}
