package org.chrootlite.run;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.chrootlite.linux.FileFlags;

/** A descriptor that can be read ahead without taking anything from it, as far as its kind admits that. */
sealed interface PeekSource permits PeekPipe, PeekSocket, PeekFile, PeekDevice {
  /** What {@link #peek} returns at the end of the input, or when it cannot be read. */
  int END = -1;

  /** The source for the kind of file that a descriptor is. */
  static PeekSource of(Input.Descriptor descriptor, Descriptors calls, Arena arena, int most) throws IOException {
    int number = descriptor.number();
    Object mode = Files.getAttribute(Descriptors.path(number).toPath(), "unix:mode");
    long type = ((Number) mode).longValue() & FileFlags.S_IFMT;
    if (type == FileFlags.S_IFIFO) {
      return PeekPipe.of(number, calls, arena, most);
    }
    if (type == FileFlags.S_IFSOCK) {
      return new PeekSocket(number, calls);
    }
    return type == FileFlags.S_IFREG || type == FileFlags.S_IFBLK
        ? new PeekFile(number, calls)
        : new PeekDevice(descriptor, calls, arena.allocate(most));
  }

  /**
   * Copies what follows the first {@code known} bytes to the same place of a buffer, without waiting.
   *
   * @return up to where the buffer is filled; {@code known} when there is no more yet
   */
  int peek(MemorySegment buffer, int known);

  /** Takes so many bytes. */
  void take(int count);

  /** Ends the use of the descriptor, which stays open. */
  void finish();
}
