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
}
