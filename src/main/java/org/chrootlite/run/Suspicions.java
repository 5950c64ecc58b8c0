package org.chrootlite.run;

import java.util.OptionalLong;
import org.chrootlite.linux.Signal;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;

/**
 * Limits that may explain a failure, without a proof: each is a sentence that follows the evidence and leaves the
 * verdict alone. Nothing counts a fork that RLIMIT_NPROC refused: the kernel refuses it before it takes a process
 * number, and keeps no record of the EAGAIN.
 */
final class Suspicions {
  /** What is left of a full disk that may be too little: an eighth. */
  private static final long ALMOST = 8;

  private final Observation seen;
  private final Limits limits;
  private final Usage usage;

  Suspicions(Observation seen, Limits limits) {
    this.seen = seen;
    this.limits = limits;
    this.usage = Usage.of(seen);
  }

  /** All of them, for a script that failed: a limit may have struck a child of it, which then gave up. */
  String ofFailure(Report.End end) {
    return ofProcesses() + ofFileSize(end) + ofDisk(end.scratch()) + ofStack(end);
  }

  /** A compiler removes the file that it could not write to its end. */
  private String ofFileSize(Report.End end) {
    OptionalLong limit = limits.value(LimitKind.FILE_SIZE);
    if (limit.isEmpty()) {
      return "";
    }
    String most = LimitKind.FILE_SIZE.unit().describe(limit.getAsLong());
    if (Proofs.isBy(Signal.SIGXFSZ, end)) {
      return "; a shell exits so when a child got SIGXFSZ: one may have met limits.fileSize, " + most;
    }
    return limit.getAsLong() > 0 && usage.written() >= limit.getAsLong()
        ? "; its files in memory took %d bytes at a time: one of them may have met limits.fileSize, %s"
            .formatted(usage.written(), most)
        : "";
  }

  /** A large write is refused before all is full, and what is removed is not there at the next look. */
  private String ofDisk(Report.Scratch scratch) {
    OptionalLong limit = limits.value(LimitKind.DISK);
    if (limit.isEmpty() || scratch.size() == 0) {
      return "";
    }
    String most = LimitKind.DISK.unit().describe(limit.getAsLong());
    if (scratch.freeInodes() <= scratch.inodes() / ALMOST) {
      return "; it had made all but %d of the %d files and directories that limits.disk, %s, has room for"
          .formatted(scratch.freeInodes(), scratch.inodes(), most);
    }
    return usage.written() >= scratch.size() - scratch.size() / ALMOST
        ? "; its files in memory took %d of %d bytes at a time: a write may have met limits.disk, %s"
            .formatted(usage.written(), scratch.size(), most)
        : "";
  }

  private String ofStack(Report.End end) {
    OptionalLong limit = limits.value(LimitKind.STACK);
    return limit.isPresent() && Proofs.isBy(Signal.SIGSEGV, end)
        ? "; a program whose stack outgrows limits.stack, %s, ends so"
            .formatted(LimitKind.STACK.unit().describe(limit.getAsLong()))
        : "";
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
