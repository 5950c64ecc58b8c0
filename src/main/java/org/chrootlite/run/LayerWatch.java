package org.chrootlite.run;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks from time to time whether a kept layer holds more than it may, and then ends the run. The kernel does not bound
 * a directory; so what is written between two looks comes on top of the limit.
 */
final class LayerWatch {
  /** A look that takes a millisecond is followed by so many without one. */
  private static final long REST = 9;

  /** Between two looks, in nanoseconds. */
  private static final long SHORTEST_REST = 20_000_000;

  private static final long LONGEST_REST = 2_000_000_000;

  /** How long something may be in the way of measuring: programs do make directories that they cannot read. */
  private static final long PATIENCE = 1_000_000_000;

  private static final Optional<String> NO_GAP = Optional.empty();

  /** What a watch asks of the run. */
  interface Run {
    /** How much there is, or as much as is enough to know. */
    LayerUse measure(LayerMeter.Enough enough);

    /** Asks it to end. */
    void end();

    /** Ends it at once. */
    void kill();
  }

  private final Run run;
  private final long limit;
  private final Thread thread;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private Optional<LayerUse> culprit = Optional.empty();

  private LayerWatch(Run run, long limit) {
    this.run = run;
    this.limit = limit;
    thread = Thread.ofPlatform().daemon().name("layer watch").unstarted(this::watch);
  }

  /** Watches a run, whose layer may hold so many bytes. */
  static LayerWatch start(Run run, long limit) {
    LayerWatch watch = new LayerWatch(run, limit);
    watch.thread.start();
    return watch;
  }

  /** Lets it stop, by and by. */
  void release() {
    stopped.countDown();
  }

  /** Stops, when the run is over; returns what the layer holds now, or what ended the run where that was more. */
  LayerUse stop() throws InterruptedException {
    release();
    thread.join();
    LayerUse last = run.measure((bytes, inodes) -> false);
    return last.exceeds(limit) ? last : culprit.orElse(last);
  }

  private void watch() {
    boolean isWatched = false;
    try {
      if (waitUntilTooMuch()) {
        run.end();
        killWhenItGrows();
      }
      isWatched = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!isWatched) {
        run.kill();
      }
    }
  }

  private boolean waitUntilTooMuch() throws InterruptedException {
    long whole = System.nanoTime();
    boolean isStopped = false;
    while (!isStopped && culprit.isEmpty()) {
      long begin = System.nanoTime();
      LayerUse use = run.measure((bytes, inodes) -> isStopped() || new LayerUse(bytes, inodes, NO_GAP).exceeds(limit));
      long end = System.nanoTime();
      whole = use.gap().isEmpty() ? end : whole;
      if (use.exceeds(limit) || end - whole > PATIENCE) {
        culprit = Optional.of(use);
      } else {
        isStopped = rest(end - begin);
      }
    }
    return culprit.isPresent();
  }

  /** A script may take its time to end, but not to write on. */
  private void killWhenItGrows() throws InterruptedException {
    LayerUse before = measureAll();
    boolean isOver = isStopped();
    while (!isOver) {
      isOver = rest(0);
      LayerUse now = measureAll();
      if (!isOver && now.bytes() > before.bytes()) {
        run.kill();
        isOver = true;
      }
    }
  }

  private LayerUse measureAll() {
    return run.measure((bytes, inodes) -> isStopped());
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Returns whether it is time to stop. */
  private boolean rest(long worked) throws InterruptedException {
    long time = Math.clamp(worked * REST, SHORTEST_REST, LONGEST_REST);
    return stopped.await(time, TimeUnit.NANOSECONDS);
  }
}
