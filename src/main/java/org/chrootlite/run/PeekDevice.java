package org.chrootlite.run;

import java.lang.foreign.MemorySegment;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.PollFlags;

/**
 * A terminal or another device, which gives away what is read. So it is read only when the script has read all that
 * came before: of a terminal at most the one line is lost that the script was given and did not read.
 */
final class PeekDevice implements PeekSource {
  private final Input.Descriptor device;
  private final Descriptors calls;

  /** What was read; the bytes from {@code first} to {@code end} are not taken yet. */
  private final MemorySegment held;

  private int first;
  private int end;
  private boolean isBegun;

  PeekDevice(Input.Descriptor device, Descriptors calls, MemorySegment held) {
    this.device = device;
    this.calls = calls;
    this.held = held;
  }

  @Override
  public int peek(MemorySegment buffer, int known) {
    if (first == end) {
      int state = calls.state(device.number(), PollFlags.POLLIN);
      long read = state == 0 ? -Errno.EAGAIN.number() : read();
      if (read == 0 || (read < 0 && !isTemporary((int) -read, state))) {
        return END;
      }
      first = 0;
      end = (int) Math.max(read, 0);
    }
    int rest = end - first - known;
    MemorySegment.copy(held, first + (long) known, buffer, known, rest);
    return known + rest;
  }

  /** With SIGTTIN ignored a read in the background fails with EIO, instead of stopping the process; see termios(3). */
  private long read() {
    if (device.isTerminal() && !isBegun) {
      ProcessSignals.ignoreBackgroundReads();
    }
    isBegun = true;
    return calls.read(device.number(), held);
  }

  private boolean isTemporary(int errno, int state) {
    boolean isBackground =
        device.isTerminal() && errno == Errno.EIO.number() && (state & PollFlags.POLLHUP) == 0;
    return isBackground || errno == Errno.EAGAIN.number() || errno == Errno.EINTR.number();
  }

  @Override
  public void take(int count) {
    first += count;
  }

  /** A no-op. */
  @Override
  public void finish() {}
}
