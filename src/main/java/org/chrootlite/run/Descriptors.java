package org.chrootlite.run;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.PollFlags;
import org.chrootlite.linux.Syscall;

/** System calls on descriptors of this process. For one thread at a time; a negative result is an errno. */
final class Descriptors {
  private static final int POLL_SIZE = 8;
  private static final int POLL_EVENTS = 4;
  private static final int POLL_RESULT = 6;
  private static final long SECOND = 1_000_000_000;

  private final SystemCalls calls;
  private final MemorySegment words;
  private final MemorySegment polled;

  Descriptors(Architecture architecture, Arena arena) {
    calls = new SystemCalls(architecture, arena);
    words = arena.allocate(2 * Long.BYTES, Long.BYTES);
    polled = arena.allocate(2 * POLL_SIZE, Long.BYTES);
  }

  /** How another file description of a descriptor's inode is opened. */
  static File path(int descriptor) {
    return new File("/proc/self/fd/" + descriptor);
  }

  /** Opens a pipe: the end that is read, and the end that is written, which does not block. */
  int[] pipe() throws IOException {
    check(calls.call(Syscall.PIPE2, words.address(), FileFlags.O_CLOEXEC | FileFlags.O_NONBLOCK, 0, 0, 0), "pipe2");
    return new int[] {words.get(JAVA_INT, 0), words.get(JAVA_INT, Integer.BYTES)};
  }

  /** Opens an eventfd(2). */
  int event() throws IOException {
    return (int) check(calls.call(Syscall.EVENTFD2, 0, FileFlags.O_CLOEXEC, 0, 0, 0), "eventfd2");
  }

  /** Ends each {@link #poll} of an eventfd. */
  void signal(int event) {
    words.set(JAVA_LONG, 0, 1);
    calls.call(Syscall.WRITE, event, words.address(), Long.BYTES, 0, 0);
  }

  /** Opens a memfd_create(2) file that can be sealed. */
  int memoryFile(MemorySegment name) throws IOException {
    return (int) check(
        calls.call(Syscall.MEMFD_CREATE, name.address(), FileFlags.MFD_CLOEXEC | FileFlags.MFD_ALLOW_SEALING, 0, 0, 0),
        "memfd_create");
  }

  /** Lets nothing change a file's contents any more. */
  void seal(int file) throws IOException {
    check(calls.call(Syscall.FCNTL, file, FileFlags.F_ADD_SEALS, FileFlags.F_SEAL_ALL, 0, 0), "fcntl");
    long readable = 0444;
    check(calls.call(Syscall.FCHMOD, file, readable, 0, 0, 0), "fchmod");
  }

  void close(int descriptor) {
    calls.call(Syscall.CLOSE, descriptor, 0, 0, 0, 0);
  }

  /** How many bytes could be read now. */
  long unread(int descriptor) {
    words.set(JAVA_LONG, 0, 0);
    return calls.call(Syscall.IOCTL, descriptor, FileFlags.FIONREAD, words.address(), 0, 0) < 0
        ? 0
        : words.get(JAVA_INT, 0);
  }

  long read(int descriptor, MemorySegment into) {
    return calls.call(Syscall.READ, descriptor, into.address(), into.byteSize(), 0, 0);
  }

  long readAt(int descriptor, MemorySegment into, long offset) {
    return calls.call(Syscall.PREAD64, descriptor, into.address(), into.byteSize(), offset, 0);
  }

  long write(int descriptor, MemorySegment from) {
    return calls.call(Syscall.WRITE, descriptor, from.address(), from.byteSize(), 0, 0);
  }

  /** Receives what a socket has, without waiting. */
  long receive(int socket, MemorySegment into, long flags) {
    return calls.call(
        Syscall.RECVFROM, socket, into.address(), into.byteSize(), flags | PollFlags.MSG_DONTWAIT, 0);
  }

  /** Copies from pipe to pipe what stays in the first one, without waiting. */
  long tee(int from, int to, long length) {
    return calls.call(Syscall.TEE, from, to, length, FileFlags.SPLICE_F_NONBLOCK, 0);
  }

  /** The offset of a file, after {@code whence}; see lseek(2). */
  long seek(int file, long offset, int whence) {
    return calls.call(Syscall.LSEEK, file, offset, whence, 0, 0);
  }

  /** What there is of a descriptor's {@code events} now, and of its end; see poll(2). */
  int state(int descriptor, int events) {
    return poll(descriptor, events, -1, 0);
  }

  /**
   * Waits for events of a descriptor, or for an eventfd; a descriptor of -1 has none.
   *
   * @param nanoseconds how long at most; negative for without end
   * @return the events of the first descriptor
   */
  int poll(int descriptor, int events, int event, long nanoseconds) {
    set(0, descriptor, events);
    set(1, event, PollFlags.POLLIN);
    words.set(JAVA_LONG, 0, nanoseconds / SECOND);
    words.set(JAVA_LONG, Long.BYTES, nanoseconds % SECOND);
    long timeout = nanoseconds < 0 ? 0 : words.address();
    long result = calls.call(Syscall.PPOLL, polled.address(), 2, timeout, 0, Long.BYTES);
    return result <= 0 ? 0 : Short.toUnsignedInt(polled.get(JAVA_SHORT, POLL_RESULT));
  }

  private void set(int index, int descriptor, int events) {
    long at = (long) index * POLL_SIZE;
    polled.set(JAVA_INT, at, descriptor);
    polled.set(JAVA_SHORT, at + POLL_EVENTS, (short) events);
    polled.set(JAVA_SHORT, at + POLL_RESULT, (short) 0);
  }

  private static long check(long result, String call) throws IOException {
    if (result < 0) {
      throw new IOException(call + ": " + Errno.describe((int) -result));
    }
    return result;
  }
}
