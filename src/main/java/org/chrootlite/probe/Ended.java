package org.chrootlite.probe;

import java.util.Optional;
import org.chrootlite.model.Verdict;

/**
 * How the run of a probe ended.
 *
 * @param exitCode the probe's own, where it exited
 * @param signal the name of the signal that ended it
 * @param evidence which counter, signal or error shows the verdict
 * @param wallTime nanoseconds
 * @param cpuTime nanoseconds, of all its processes
 * @param output what it printed, the beginning of it where that is much
 * @param printed how many bytes it printed
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, from who runs a probe to who judges it
public record Ended(
    Verdict verdict,
    Optional<Integer> exitCode,
    Optional<String> signal,
    String evidence,
    long wallTime,
    long cpuTime,
    byte[] output,
    long printed) {
  /** How, in a few words. */
  String told() {
    return verdict.id() + " (" + evidence + ")";
  }
}
