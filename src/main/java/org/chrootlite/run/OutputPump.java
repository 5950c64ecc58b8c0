package org.chrootlite.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Carries what a script prints, on a thread of its own. When the budget that its streams share is used up, it goes on
 * reading and drops what it reads: a script must not be able to make us wait. When the reader is gone it closes its
 * end, so that the script's next write fails with EPIPE and sends it SIGPIPE, as without a sandbox; see pipe(7).
 */
final class OutputPump {
  /** What two streams may print together. */
  static final class Budget {
    private final Runnable onExceeded;
    private final AtomicBoolean exceeded = new AtomicBoolean();
    private long left;

    /** So many bytes; when there are more, {@code onExceeded} runs once. */
    Budget(long bytes, Runnable onExceeded) {
      this.left = bytes;
      this.onExceeded = onExceeded;
    }

    /** Takes up to so many bytes, and returns how many were left. */
    private int take(int wanted) {
      int taken;
      synchronized (this) {
        taken = (int) Math.min(wanted, left);
        left -= taken;
      }
      if (taken < wanted && exceeded.compareAndSet(false, true)) {
        onExceeded.run();
      }
      return taken;
    }

    boolean isExceeded() {
      return exceeded.get();
    }
  }

  private static final int CHUNK = 1 << 16;

  private final InputStream from;
  private final OutputStream to;
  private final Budget budget;
  private final Thread thread;
  /** How often something was read, or given away. */
  private volatile long progress;

  private boolean writing;
  private boolean abandoned;

  private OutputPump(String name, InputStream from, OutputStream to, Budget budget) {
    this.from = from;
    this.to = to;
    this.budget = budget;
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::carry);
  }

  static OutputPump start(String name, InputStream from, OutputStream to, Budget budget) {
    OutputPump pump = new OutputPump(name, from, to, budget);
    pump.thread.start();
    return pump;
  }

  /**
   * Waits until all that was printed has been carried, when all are gone that could print. Who reads slowly gets all of
   * it. A stream that has no end although nothing comes for so many milliseconds is held by somebody outside, whom the
   * script has passed it to: of him nothing more is carried.
   *
   * @param isUrgent whether to wait no longer for who reads slowly either; asked after as many milliseconds
   */
  void finish(long milliseconds, BooleanSupplier isUrgent) throws InterruptedException {
    boolean waiting = true;
    while (waiting) {
      long before = progress;
      thread.join(milliseconds);
      waiting = thread.isAlive() && !abandon(before, isUrgent.getAsBoolean());
    }
  }

  private synchronized boolean abandon(long before, boolean urgent) {
    abandoned = urgent || (!writing && progress == before);
    return abandoned;
  }

  private synchronized boolean beginWriting() {
    progress++;
    writing = !abandoned;
    return writing;
  }

  private synchronized void endWriting() {
    progress++;
    writing = false;
  }

  private void carry() {
    byte[] chunk = new byte[CHUNK];
    try {
      for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
        if (!beginWriting()) {
          return;
        }
        int allowed = budget.take(read);
        if (allowed > 0 && !write(chunk, allowed)) {
          from.close();
          return;
        }
        endWriting();
      }
    } catch (IOException e) {
      // The stream was closed under us: the run is over, and all that was printed before has been carried.
    }
  }

  /** Whether there is a reader still. */
  private boolean write(byte[] chunk, int length) {
    try {
      to.write(chunk, 0, length);
      to.flush();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
