package org.chrootlite.run;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;

/**
 * Looks from time to time at what all processes of a run use together, and ends the run when that is more than it may
 * use of memory or CPU time. What is used up between two looks comes on top of the limit: so it looks the more often
 * the less there is left, and at times that nobody can foresee.
 */
final class UsageWatch {
  /** A look that takes a millisecond is followed by so many without one. */
  private static final long REST = 9;

  /** Many runs are over before there is anything to see. In nanoseconds, as are all times here. */
  private static final long FIRST_REST = 4_000_000;

  private static final long SHORTEST_REST = 1_000_000;
  private static final long LONGEST_REST = 50_000_000;

  /** Where nothing is limited, and all that is to be known is how much was in use at most. */
  private static final long LONGEST_IDLE_REST = 100_000_000;

  /** A run of many processes is still looked at so often, whatever that takes. */
  private static final long LONGEST_REST_FROM_EFFORT = 200_000_000;

  /** How many bytes of memory processes can fill in a second: the kernel clears each page before. */
  private static final long FILLED_IN_A_SECOND = 4L << 30;

  /** How often it looks while the rest of the CPU time is used up: the fewer looks, the worse the estimate. */
  private static final long LOOKS_UNTIL_USED_UP = 32;

  /** What a watch asks of the run. */
  interface Run {
    /** Gets ready to end it, without keeping us waiting: a limit comes near. */
    void prepareEnd();

    /** Ends it at once, with a report. */
    void end();

    /** Ends it at once, without. */
    void kill();
  }

  private final Run run;
  private final Meter meter;
  private final long memory;
  private final long cpuTime;
  private final int cpus;
  private final long begin = System.nanoTime();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;
  private Watched seen = new Watched(Use.NONE, Optional.empty(), Optional.empty());
  private boolean isReady;

  /** How much of a CPU our looks have taken in all. */
  private long effort;

  /** The most that a look is taken to cost: the first ones take long because Java is only getting warm. */
  private long mostEffort = SHORTEST_REST / REST;

  private UsageWatch(Run run, Meter meter, Limits limits, int cpus) {
    this.run = run;
    this.meter = meter;
    this.memory = limits.value(LimitKind.MEMORY).orElse(Long.MAX_VALUE);
    this.cpuTime = limits.value(LimitKind.CPU_TIME).orElse(Long.MAX_VALUE);
    this.cpus = cpus;
    thread = Thread.ofPlatform().daemon().name("usage watch").unstarted(this::watch);
  }

  /**
   * Watches a run.
   *
   * @param meter not used by anyone else from now on
   * @param cpus that the run can use at a time
   */
  static UsageWatch start(Run run, Meter meter, Limits limits, int cpus) {
    UsageWatch watch = new UsageWatch(run, meter, limits, cpus);
    watch.thread.start();
    return watch;
  }

  /**
   * Ends the watch, when the run is over, and tells what it has seen. It does not wait for a look that goes on: that
   * sees how the run falls apart.
   */
  synchronized Watched stop() {
    stopped.countDown();
    return seen;
  }

  private boolean isLimited() {
    return memory != Long.MAX_VALUE || cpuTime != Long.MAX_VALUE;
  }

  private void watch() {
    boolean isWatched = false;
    try (meter) {
      look();
      isWatched = true;
    } catch (IOException e) {
      isWatched = !fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!isWatched) {
        run.kill();
      }
    }
  }

  private void look() throws IOException, InterruptedException {
    boolean wasTooMuch = false;
    boolean isOver = stopped.await(FIRST_REST, TimeUnit.NANOSECONDS);
    while (!isOver) {
      // What is read of several processes, one after the other, may not fit together: memory is looked at once more.
      Use now = wasTooMuch ? meter.lookAgain(memory) : meter.look();
      boolean isTooMuch = now.memory() > memory;
      Optional<Excess> excess = excess(now, isTooMuch && wasTooMuch);
      wasTooMuch = isTooMuch;
      isOver = !add(now, excess) || excess.isPresent();
      if (excess.isPresent() && !isStopped()) {
        run.end();
      } else if (!isOver) {
        prepare(now);
        long least = restFromEffort();
        isOver = stopped.await(isTooMuch ? SHORTEST_REST : Math.max(least, rest(now)), TimeUnit.NANOSECONDS);
      }
    }
  }

  private Optional<Excess> excess(Use now, boolean isTooMuchMemory) {
    if (isTooMuchMemory) {
      return Optional.of(new Excess(LimitKind.MEMORY, now.memory()));
    }
    return now.cpuTime() > cpuTime ? Optional.of(new Excess(LimitKind.CPU_TIME, now.cpuTime())) : Optional.empty();
  }

  /** Returns whether the run still goes on: what is seen of one that is over counts no more. */
  private synchronized boolean add(Use now, Optional<Excess> excess) {
    if (isStopped()) {
      return false;
    }
    // What a second look has not confirmed may be a mistake.
    long sure = excess.isPresent() ? now.memory() : Math.min(now.memory(), memory);
    Use use = new Use(sure, now.cpuTime(), now.processes(), now.written(), now.mappable());
    seen = new Watched(seen.peak().max(use), excess, Optional.empty());
    return true;
  }

  /** Returns whether the run must not go on: one without limits can, unseen; one with an excess will not. */
  private synchronized boolean fail(IOException failure) {
    if (isStopped() || !isLimited() || seen.excess().isPresent()) {
      return false;
    }
    String message = String.valueOf(failure.getMessage());
    seen = new Watched(seen.peak(), Optional.empty(), Optional.of("what it uses could not be measured: " + message));
    return true;
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private void prepare(Use now) {
    if (!isReady && (now.memory() > memory / 2 || now.cpuTime() > cpuTime / 2)) {
      isReady = true;
      run.prepareEnd();
    }
  }

  /** Until the next look, so that looking takes no more than its part of a CPU. */
  private long restFromEffort() {
    long now = Effort.soFar();
    long rest = Math.min(Math.min(now - effort, mostEffort) * REST, LONGEST_REST_FROM_EFFORT);
    effort = now;
    mostEffort *= mostEffort < LONGEST_REST_FROM_EFFORT ? 2 : 1;
    return rest;
  }

  /** Until the next look: shorter the sooner a limit can be reached. */
  private long rest(Use now) {
    // What is over soon is looked at a few times too.
    long age = System.nanoTime() - begin;
    long rest = Math.min(isLimited() ? LONGEST_REST : LONGEST_IDLE_REST, Math.max(FIRST_REST, age / 4));
    if (memory != Long.MAX_VALUE) {
      // Divided first: limits are as large as numbers go.
      rest = Math.min(rest, Math.max(0, memory - now.memory()) / (FILLED_IN_A_SECOND / 1_000_000) * 1_000);
    }
    if (cpuTime != Long.MAX_VALUE) {
      rest = Math.min(rest, Math.max(0, cpuTime - now.cpuTime()) / cpus / LOOKS_UNTIL_USED_UP);
    }
    rest = Math.max(SHORTEST_REST, rest);
    return rest / 2 + ThreadLocalRandom.current().nextLong(rest / 2);
  }
}
