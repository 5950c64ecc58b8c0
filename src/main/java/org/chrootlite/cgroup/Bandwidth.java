package org.chrootlite.cgroup;

/**
 * How the kernel is told of CPU bandwidth: so much time in each period; see the kernel's documentation,
 * scheduler/sched-bwc.
 *
 * @param quota microseconds, at least 1,000, which is the least that the kernel takes
 * @param period microseconds, 1,000 to 1,000,000
 */
record Bandwidth(long quota, long period) {
  /** The kernel's own. A shorter one costs more interrupts, a longer one makes for longer pauses. */
  private static final long USUAL_PERIOD = 100_000;

  private static final long LONGEST_PERIOD = 1_000_000;
  private static final long LEAST_QUOTA = 1_000;

  /** More than any machine has: the product stays within what the kernel takes. */
  private static final long MOST = 1_000_000_000;

  /** So much of one CPU; from a thousandth on it is exact. */
  static Bandwidth of(long millicpus) {
    long bounded = Math.min(MOST, millicpus);
    long period = bounded * USUAL_PERIOD / 1_000 < LEAST_QUOTA ? LONGEST_PERIOD : USUAL_PERIOD;
    return new Bandwidth(Math.max(LEAST_QUOTA, bounded * period / 1_000), period);
  }

  /** Whether it is more than so much time in such a period. */
  boolean exceeds(long otherQuota, long otherPeriod) {
    return (double) quota / period > (double) otherQuota / otherPeriod;
  }
}
