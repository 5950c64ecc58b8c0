package org.chrootlite.run;

import java.util.OptionalLong;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;

/**
 * Limits that may explain a failure, without a proof: each is a sentence that follows the evidence and leaves the
 * verdict alone. Nothing counts a fork that RLIMIT_NPROC refused: the kernel refuses it before it takes a process
 * number, and keeps no record of the EAGAIN.
 */
final class Suspicions {
  private final Observation seen;
  private final Limits limits;
  private final Usage usage;

  Suspicions(Observation seen, Limits limits) {
    this.seen = seen;
    this.limits = limits;
    this.usage = Usage.of(seen);
  }

  /** All of them, for a script that failed. */
  String ofFailure() {
    return ofProcesses();
  }

  /** All processes and threads that the limit allows were in use. A group counts refusals itself. */
  String ofProcesses() {
    OptionalLong limit = limits.value(LimitKind.PROCESSES);
    if (limit.isEmpty() || seen.counters().isPresent() || usage.processes() < limit.getAsLong()) {
      return "";
    }
    return usage.processes() == 1
        ? "; one process was in use, as many as limits.processes allows: a further one would have been refused"
        : "; %d processes and threads were in use at a time, as many as limits.processes allows: a further one would"
                .formatted(usage.processes())
            + " have been refused";
  }
}
