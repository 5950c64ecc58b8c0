package org.chrootlite.run;

import org.chrootlite.cgroup.Counters;

/**
 * The memory that counts towards {@code limits.memory}, in bytes, by each of the ways to know it: anonymous memory,
 * swap, kernel memory and shared objects of all processes together, and no files.
 *
 * @param looked the most at a look of the usage watch
 * @param killed what was charged to the group when the kernel killed for want of memory: it has taken back by then
 *     all that nobody needs
 * @param own a lower bound for the largest process: what it had resident (ru_maxrss), less what can be files of that.
 *     Those are what it had mapped at a look, and what was written
 * @param charged a lower bound for the group: the most that was charged to it, less files in memory, as far as a
 *     process was as large
 */
record CountedMemory(long looked, long killed, long own, long charged) {
  /**
   * The memory of a run.
   *
   * @param written the most bytes that files in memory took
   */
  static CountedMemory of(Observation seen, long written) {
    long resident = seen.report().end().map(Report.End::maxMemory).orElse(0L);
    long mappable = seen.peak().mappable();
    long most = seen.counters().map(Counters::mostMemory).orElse(0L);
    boolean isKilled = seen.counters().map(Counters::outOfMemoryKills).orElse(0L) > 0;
    long group = less(most, GroupMeter.OUR_MEMORY, written);
    return new CountedMemory(
        seen.peak().memory(),
        isKilled ? group : 0,
        mappable == 0 ? 0 : less(resident, mappable, written),
        Math.min(group, resident));
  }

  private static long less(long from, long one, long other) {
    return Math.max(0, Math.max(0, from - one) - other);
  }

  /** The most that is known without a look. */
  long unseen() {
    return Math.max(own, charged);
  }

  long most() {
    return Math.max(Math.max(looked, killed), unseen());
  }
}
