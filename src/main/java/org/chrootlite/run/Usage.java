package org.chrootlite.run;

import java.util.Optional;
import org.chrootlite.cgroup.Counters;

/**
 * What a run used, by all who have counted or seen it.
 *
 * @param wallTime nanoseconds, from the script's start to its end; 0 where it never ran
 * @param cpuTime nanoseconds, of all processes; with a control group that of its launcher too
 * @param maxMemory bytes: the most that one process had resident, or that all together were seen to use
 * @param processes the most processes and threads that were seen at a time
 * @param written bytes: the most that files in the scratch memory were seen to take
 */
public record Usage(long wallTime, long cpuTime, long maxMemory, long processes, long written) {
  /** Nothing at all. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

  /** What was used by the run that was observed so. */
  public static Usage of(Observation seen) {
    Use peak = seen.peak();
    Optional<Report.End> end = seen.report().end();
    long reaped = end.map(Report.End::cpuTime).orElse(0L);
    // A process whose parent does not wait for it leaves no time to any report; the group counts that too.
    long counted = seen.counters().map(Counters::cpuTime).orElse(0L);
    long left = end.map(one -> one.scratch().used()).orElse(0L);
    return new Usage(
        end.map(Report.End::wallTime).orElse(0L),
        Math.max(Math.max(reaped, counted), peak.cpuTime()),
        Math.max(end.map(Report.End::maxMemory).orElse(0L), peak.memory()),
        Math.max(peak.processes(), end.isPresent() ? 1 : 0),
        Math.max(peak.written(), left));
  }
}
