package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.chrootlite.run.CpuEstimate.Seen;

/** Looks at processes of which all is known, in a world with one CPU. */
final class CpuEstimateProperties {
  private static final long MS = 1_000_000;
  private static final long LIMIT = 1_000 * MS;

  /**
   * A relay of processes, one after the other: each needs so much CPU time at most, with pauses in between, while as
   * many as {@code others} want the CPU too. It is looked at as {@link UsageWatch} does, until it has used so much or
   * seems to have used up its limit.
   */
  private static final class Relay {
    private final Random random;
    private final long longest;
    private final long pause;
    private final int others;
    private final CpuEstimate estimate = new CpuEstimate(1, 0);
    private long process;
    private long begin;
    private long length;
    private long ended;

    Relay(long seed, int longest, int pause, int others) {
      this.random = new Random(seed);
      this.longest = longest * MS / 10;
      this.pause = pause * MS / 10;
      this.others = others;
      next(0);
    }

    private void next(long from) {
      process++;
      begin = from + random.nextLong(pause + 1);
      length = 1 + random.nextLong(longest);
    }

    /** Returns what was really used when it was over. */
    long run(boolean isWaitedFor, long until) {
      long now = 0;
      long used = 0;
      while (used < until && estimate.used() < LIMIT) {
        long rest = Math.clamp((LIMIT - estimate.used()) / 32, MS, 50 * MS);
        now += rest / 2 + random.nextLong(rest / 2);
        while (begin + length * (others + 1) <= now) {
          ended += length;
          next(begin + length * (others + 1));
        }
        Seen parent = new Seen(0, 0, isWaitedFor ? ended : 0, 0);
        long own = Math.max(0, now - begin) / (others + 1);
        List<Seen> seen = begin > now ? List.of(parent) : List.of(parent, new Seen(process, own, 0, 1));
        estimate.look(now, seen, 0, others);
        used = ended + own;
      }
      return used;
    }
  }

  @Property(tries = 200)
  void whoWaitsForHisChildrenIsNeverChargedMoreThanTheyUsed(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 1000) int tenths,
      @ForAll @IntRange(min = 0, max = 500) int pause,
      @ForAll @IntRange(min = 0, max = 5) int others) {
    Relay relay = new Relay(seed, tenths, pause, others);
    long used = relay.run(true, 2 * LIMIT);
    // The look at which it ended saw the last process's time too.
    assertTrue(relay.estimate.used() <= used, () -> relay.estimate.used() + " of " + used);
    assertTrue(used < LIMIT + 60 * MS, () -> "not ended before " + used);
  }

  @Property(tries = 200)
  void whoDoesNotIsEndedSoonAfter(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 1000) int tenths,
      @ForAll @IntRange(min = 0, max = 500) int pause,
      @ForAll @IntRange(min = 0, max = 5) int others) {
    Relay relay = new Relay(seed, tenths, pause, others);
    long used = relay.run(false, 4 * LIMIT);
    assertTrue(used < 2 * LIMIT, () -> used / MS + " ms were used, and " + relay.estimate.used() / MS + " charged");
    assertTrue(used > LIMIT / 2, () -> used / MS + " ms were used only");
  }

  @Property
  void whoLivesOnIsChargedExactly(@ForAll List<@IntRange(min = 0, max = 100) Integer> steps) {
    CpuEstimate estimate = new CpuEstimate(2, 0);
    long now = 0;
    long used = 0;
    for (int step : steps) {
      now += 100 * MS;
      used += 2L * step * MS;
      estimate.look(now, List.of(new Seen(0, 0, 0, 0), new Seen(7, used, 0, 2)), 0, 0);
      assertEquals(used, estimate.used());
    }
  }

  @Example
  void itNeverGetsLess() {
    CpuEstimate estimate = new CpuEstimate(1, 0);
    estimate.look(900 * MS, List.of(new Seen(7, 800 * MS, 0, 1)), 0, 0);
    estimate.look(901 * MS, List.of(), 0, 0);
    assertEquals(800 * MS, estimate.used());
  }

  @Example
  void whoIsSeenInHisOwnAndHisParentsAccountDoesNotCountTwiceForLong() {
    CpuEstimate estimate = new CpuEstimate(1, 0);
    estimate.look(900 * MS, List.of(new Seen(7, 800 * MS, 0, 1)), 0, 0);
    estimate.look(910 * MS, List.of(new Seen(7, 800 * MS, 0, 1), new Seen(1, 0, 800 * MS, 0)), 0, 0);
    assertEquals(810 * MS, estimate.used());
  }

  @Example
  void whatVanishesAtEachLookIsCharged() {
    CpuEstimate estimate = new CpuEstimate(1, 0);
    for (int i = 1; i <= 100; i++) {
      estimate.look(i * 10L * MS, List.of(), 1, 0);
    }
    assertEquals(1000 * MS, estimate.used());
  }

  @Example
  void aSleeperThatEndsIsNotCharged() {
    CpuEstimate estimate = new CpuEstimate(1, 0);
    for (int i = 1; i <= 100; i++) {
      estimate.look(i * 10L * MS, List.of(new Seen(i, 0, 0, 0)), 0, 0);
    }
    assertEquals(0, estimate.used());
  }

  @Example
  void threadsOfOneThatIsGoneCountEach() {
    CpuEstimate estimate = new CpuEstimate(4, 0);
    for (int i = 1; i <= 100; i++) {
      estimate.look(i * 10L * MS, List.of(new Seen(i, 0, 0, 3)), 0, 0);
    }
    assertEquals(3 * 990 * MS, estimate.used());
  }
}
