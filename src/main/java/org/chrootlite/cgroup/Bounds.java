package org.chrootlite.cgroup;

import java.util.OptionalLong;

/**
 * What a group's processes may use together; what is empty is not bounded.
 *
 * @param memory bytes, swap and files in memory included; the kernel ends processes beyond it
 * @param processes processes and threads; the kernel refuses more
 * @param millicpus CPU bandwidth in thousandths of one CPU; the kernel makes them wait
 */
public record Bounds(OptionalLong memory, OptionalLong processes, OptionalLong millicpus) {
  /** Only counts. */
  public static final Bounds NONE = new Bounds(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  /** PID_MAX_LIMIT on 64-bit machines: more there cannot be, and pids.max takes no larger number. */
  private static final long MOST_PROCESSES = 4L << 20;

  /** As pids.max takes it. */
  static String processes(long number) {
    return number > MOST_PROCESSES ? "max" : Long.toString(number);
  }
}
