package org.chrootlite.run;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.PollFlags;

/**
 * Lends a descriptor's contents to a script: it copies them into a pipe of the run's own, and takes from the descriptor
 * only what the script has read of that pipe. So the next program that reads the descriptor finds the rest, as if the
 * script had read it itself; but the script cannot reach the descriptor's inode, its offset or its flags.
 *
 * <p>The kernel tells how much of a pipe is unread, but not when that changes. So while something is lent this looks
 * again after an eighth of the time since it last changed: often while the script reads, and rarely when it does not.
 */
final class LentInput implements RunInput {
  /** As much as a pipe holds. */
  private static final int MOST = 1 << 16;

  /** Between two looks, in nanoseconds. */
  private static final long SHORTEST = 50_000;

  private static final long LONGEST = 100_000_000;
  private static final long SHARE = 8;
  private static final long WITHOUT_END = -1;

  /** How long the end of a run waits for a read that cannot be interrupted, in milliseconds. */
  private static final long PATIENCE = 500;

  private static final int CLOSED = -1;

  private final Input.Descriptor descriptor;
  private final PeekSource source;
  private final Descriptors calls;

  /** For the thread that ends the feeding. */
  private final Descriptors callsAtEnd;

  private final MemorySegment buffer;
  private final int reading;
  private final int wake;
  private final Thread thread = Thread.ofPlatform().daemon().name("stdin").unstarted(this::carry);

  /** The end of the pipe that is written. */
  private int writing;

  /** How much was written to the pipe and not yet taken from the source. */
  private int lent;

  private volatile boolean isOver;

  private LentInput(Input.Descriptor descriptor, Architecture architecture, Arena arena) throws IOException {
    this.descriptor = descriptor;
    calls = new Descriptors(architecture, arena);
    callsAtEnd = new Descriptors(architecture, arena);
    buffer = arena.allocate(MOST);
    source = PeekSource.of(descriptor, calls, arena, MOST);
    int[] pipe = calls.pipe();
    reading = pipe[0];
    writing = pipe[1];
    wake = calls.event();
  }

  static LentInput open(Input.Descriptor descriptor, Architecture architecture) throws IOException {
    return new LentInput(descriptor, architecture, Arena.ofAuto());
  }

  /** A file description of its own, which blocks although ours do not. */
  @Override
  public ProcessBuilder.Redirect source() {
    return ProcessBuilder.Redirect.from(Descriptors.path(reading));
  }

  @Override
  public void feed(Process process) {
    thread.start();
  }

  @Override
  public void finish() {
    isOver = true;
    callsAtEnd.signal(wake);
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) {
      settle();
      source.finish();
      closeWriting();
      calls.close(reading);
      calls.close(wake);
    }
  }

  private void carry() {
    long changed = System.nanoTime();
    boolean isReady = false;
    while (!isOver && writing != CLOSED) {
      boolean isRead = settle();
      boolean isChanged = lend() || isRead;
      long now = System.nanoTime();
      changed = isChanged ? now : changed;
      if (lent == 0 && (isChanged || !isReady)) {
        isReady = calls.poll(descriptor.number(), PollFlags.POLLIN, wake, WITHOUT_END) != 0;
      } else {
        // Or it was ready, but cannot be read now: a terminal in the background.
        isReady = false;
        calls.poll(CLOSED, 0, wake, Math.clamp((now - changed) / SHARE, SHORTEST, LONGEST));
      }
    }
  }

  /** Takes from the source what the script has read since; returns whether that is anything. */
  private boolean settle() {
    // A script may write to its own pipe, so there may be more in it than was lent.
    int left = (int) Math.min(lent, calls.unread(reading));
    int read = lent - left;
    if (read > 0) {
      source.take(read);
    }
    lent = left;
    return read > 0;
  }

  /** Writes to the pipe what the source has more; returns whether that is anything. */
  private boolean lend() {
    if (lent > MOST / 2) {
      return false;
    }
    int end = source.peek(buffer, lent);
    if (end == PeekSource.END) {
      closeWriting();
      return false;
    }
    int written = end == lent ? 0 : (int) Math.max(0, calls.write(writing, buffer.asSlice(lent, end - lent)));
    lent += written;
    return written > 0;
  }

  private void closeWriting() {
    if (writing != CLOSED) {
      calls.close(writing);
      writing = CLOSED;
    }
  }
}
