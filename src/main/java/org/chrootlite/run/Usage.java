package org.chrootlite.run;

import org.chrootlite.cgroup.Counters;
import org.chrootlite.compile.JailPlanner;

/**
 * What a run used, by all who have counted or seen it.
 *
 * @param wallTime nanoseconds, from the script's start to its end; 0 where it never ran
 * @param cpuTime nanoseconds, of all processes; with a control group that of its launcher too
 * @param maxMemory bytes: the most that one process had resident, that all together were seen to use, or that the
 *     group was charged with when the kernel killed for want of memory
 * @param countedMemory bytes: the most that is known to count towards {@code limits.memory}, which files do not
 * @param processes the most processes and threads that were seen at a time
 * @param written bytes: the most that files in the scratch memory were seen to take
 */
public record Usage(long wallTime, long cpuTime, long maxMemory, long countedMemory, long processes, long written) {
  /** Nothing at all. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0);

  /** What was used by the run that was observed so. */
  public static Usage of(Observation seen) {
    Use most = seen.peak();
    long wallTime = 0;
    if (seen.report().end().isPresent()) {
      Report.End end = seen.report().end().get();
      wallTime = end.wallTime();
      most = most.max(new Use(end.maxMemory(), end.cpuTime(), 1, end.scratch().used(), 0));
    }
    if (seen.counters().isPresent()) {
      // A process whose parent does not wait for it leaves no time to any report; the group counts that too.
      Counters counters = seen.counters().get();
      most = most.max(new Use(0, counters.cpuTime(), counters.mostProcesses() - JailPlanner.OUR_PROCESSES, 0, 0));
    }
    CountedMemory counted = CountedMemory.of(seen, most.written());
    long maxMemory = Math.max(most.memory(), counted.killed());
    return new Usage(wallTime, most.cpuTime(), maxMemory, counted.most(), most.processes(), most.written());
  }
}
