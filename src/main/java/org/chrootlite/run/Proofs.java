package org.chrootlite.run;

import java.io.IOException;
import java.util.Optional;
import org.chrootlite.cgroup.Counters;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Signal;
import org.chrootlite.model.Amount;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Verdict;

/**
 * What shows that a run ran into a limit: a counter, a signal or an error of the kernel's, or what was seen in use. A
 * script can exit with any code and send itself most signals; so neither alone is a proof.
 */
final class Proofs {
  private static final int SIGNAL_CODE = 128;
  private static final long PAGE = 4096;
  private static final long KILO = 1000;
  private static final long KIBI = 1024;

  private final Observation seen;
  private final Limits limits;
  private final Clues clues;
  private final Usage usage;
  private final Suspicions suspicions;

  /** A verdict, and how we know. */
  record Proof(Verdict verdict, String evidence) {}

  Proofs(Observation seen, Limits limits, Clues clues) {
    this.seen = seen;
    this.limits = limits;
    this.clues = clues;
    this.usage = Usage.of(seen);
    this.suspicions = new Suspicions(seen, limits);
  }

  /** That it printed too much, and was ended. */
  Optional<Proof> ofOutput() {
    return seen.outputExceeded() && has(LimitKind.OUTPUT)
        ? proof(Verdict.OUTPUT_LIMIT, "printed more than " + limit(LimitKind.OUTPUT))
        : Optional.empty();
  }

  /** That it was stopped for what it used, however its script then ended, or nobody knows how. */
  Optional<Proof> ofStop() {
    Optional<Proof> kept = ofLayer();
    if (kept.isPresent()) {
      return kept;
    }
    if (seen.excess().isPresent() && has(seen.excess().get().kind())) {
      return ofExcess(seen.excess().get());
    }
    return seen.report().end().isEmpty() ? ofKills("the launcher ended") : Optional.empty();
  }

  /** That a limit explains the end of its script. */
  Optional<Proof> ofEnd(Report.End end) throws IOException {
    Optional<Proof> used =
        ofWallTime(end).or(() -> ofCpuTime(end)).or(() -> ofKills(end.describe())).or(() -> ofUnseen(end));
    if (used.isPresent() || end.isOk()) {
      return used;
    }
    Optional<Proof> counted = ofProcesses(end).or(() -> ofScratch(end));
    if (counted.isPresent()) {
      return counted;
    }
    Optional<Proof> file = ofFileSize(end);
    return file.isPresent() ? file : ofStart(end);
  }

  private Optional<Proof> ofExcess(Excess excess) {
    return switch (excess.kind()) {
      case MEMORY -> {
        long used = Math.max(excess.used(), seen.peak().memory());
        yield proof(
            Verdict.MEMORY_LIMIT,
            "all processes together used %s of memory (countedMemory); the limit is %s"
                .formatted(bytes(used, excess.kind()), limit(excess.kind())));
      }
      case CPU_TIME -> proof(Verdict.CPU_TIME_LIMIT, cpuTime("used ", Math.max(excess.used(), usage.cpuTime())));
      case ADDRESS_SPACE, WALL_TIME, CPUS, PROCESSES, OPEN_FILES, FILE_SIZE, OUTPUT, DISK, STACK, CORE_SIZE ->
          throw new IllegalArgumentException("no watch ends a run for limits." + excess.kind().key());
    };
  }

  private Optional<Proof> ofLayer() {
    if (seen.layer().isEmpty() || !has(LimitKind.DISK)) {
      return Optional.empty();
    }
    LayerUse use = seen.layer().get();
    long bytes = value(LimitKind.DISK);
    String holds = "the sandbox's layer holds ";
    String ofLimit = "the limit is " + limit(LimitKind.DISK);
    if (use.bytes() > bytes) {
      return proof(Verdict.DISK_LIMIT, holds + use.bytes() + " bytes; " + ofLimit);
    }
    if (use.exceeds(bytes)) {
      return proof(
          Verdict.DISK_LIMIT,
          "%s%d files and directories in %d bytes; %s, and %d of them"
              .formatted(holds, use.inodes(), use.bytes(), ofLimit, LayerUse.inodes(bytes)));
    }
    return use.gap()
        .flatMap(
            gap ->
                proof(
                    Verdict.DISK_LIMIT,
                    "%smore than the %d bytes that can be measured: %s; %s"
                        .formatted(holds, use.bytes(), gap, ofLimit)));
  }

  /**
   * A proof that the wall time limit ended the script. The seccomp filter refuses F_SETSIG of fcntl(2), by which a
   * script could forge init's timer signal; the measured time is checked all the same.
   */
  private Optional<Proof> ofWallTime(Report.End end) {
    boolean canRunOut = has(LimitKind.WALL_TIME) && value(LimitKind.WALL_TIME) > 0;
    return canRunOut && end.timedOut() && end.wallTime() >= value(LimitKind.WALL_TIME)
        ? proof(
            Verdict.WALL_TIME_LIMIT,
            "not ended after %s of wall time%s%s"
                .formatted(limit(LimitKind.WALL_TIME), aboutRefusals(), suspicions.ofProcesses()))
        : Optional.empty();
  }

  private Optional<Proof> ofCpuTime(Report.End end) {
    return has(LimitKind.CPU_TIME) && usage.cpuTime() >= value(LimitKind.CPU_TIME)
        ? proof(
            Verdict.CPU_TIME_LIMIT, cpuTime(isBy(Signal.SIGKILL, end) ? "killed after " : "used ", usage.cpuTime()))
        : Optional.empty();
  }

  private String cpuTime(String how, long used) {
    return how + Amount.duration(used) + " of CPU time; the limit is " + limit(LimitKind.CPU_TIME);
  }

  /** The group's bound of memory has room for all that the disk limit lets it write: who hits it has too much else. */
  private Optional<Proof> ofKills(String ended) {
    return kills() > 0 && has(LimitKind.MEMORY)
        ? proof(
            Verdict.MEMORY_LIMIT,
            "%s%s, %s was seen in use at most (maxMemory); the limit is %s"
                .formatted(ended, aboutKills(), bytes(usage.maxMemory(), LimitKind.MEMORY), limit(LimitKind.MEMORY)))
        : Optional.empty();
  }

  /** Memory in use when the usage watch did not look: two of the kernel's numbers bound it from below. */
  private Optional<Proof> ofUnseen(Report.End end) {
    CountedMemory counted = CountedMemory.of(seen, usage.written());
    long used = counted.unseen();
    return has(LimitKind.MEMORY) && used > value(LimitKind.MEMORY)
        ? proof(
            Verdict.MEMORY_LIMIT,
            "%s after at least %s of memory had been in use at a time (countedMemory, from %s); the limit is %s"
                .formatted(
                    end.describe(),
                    bytes(used, LimitKind.MEMORY),
                    counted.own() >= used ? "ru_maxrss of a process" : "what was charged to its group",
                    limit(LimitKind.MEMORY)))
        : Optional.empty();
  }

  /** Why a run whose {@code maxMemory} is beyond the limit is within it, to follow its evidence; or nothing. */
  String aboutMemory() {
    return has(LimitKind.MEMORY) && usage.maxMemory() > value(LimitKind.MEMORY)
        ? "; its largest process had %s resident, files included (maxMemory); the limit is %s, and %s counts towards it"
                .formatted(
                    bytes(usage.maxMemory(), LimitKind.MEMORY),
                    limit(LimitKind.MEMORY),
                    bytes(usage.countedMemory(), LimitKind.MEMORY))
            + " (countedMemory)"
        : "";
  }

  /** What the kernel's OOM killer did to it, to follow another evidence; or nothing. */
  String aboutKills() {
    return kills() == 0 ? "" : "; for want of memory the kernel killed " + kills() + " of its processes (oom_kill)";
  }

  private long kills() {
    return seen.counters().map(Counters::outOfMemoryKills).orElse(0L);
  }

  /** A fork that the kernel refused, and counted: to have all that the limit allows is not to be refused more. */
  private Optional<Proof> ofProcesses(Report.End end) {
    return has(LimitKind.PROCESSES) && refusals() > 0
        ? proof(Verdict.PROCESS_LIMIT, end.describe() + aboutRefusals())
        : Optional.empty();
  }

  /** Limits that may explain the failure of a script, to follow its evidence; or nothing. */
  String suspicions(Report.End end) {
    return suspicions.ofFailure(end);
  }

  /** How often the kernel refused it a process, to follow another evidence; or nothing. */
  String aboutRefusals() {
    return refusals() == 0 || !has(LimitKind.PROCESSES)
        ? ""
        : "; the kernel refused it a process or thread %s (pids.events), %d were seen at a time; the limit is %s"
            .formatted(
                refusals() == 1 ? "once" : refusals() + " times", usage.processes(), limit(LimitKind.PROCESSES));
  }

  private long refusals() {
    return seen.counters().map(Counters::refusedForks).orElse(0L);
  }

  /** What is written beyond the last byte or file gets ENOSPC. */
  private Optional<Proof> ofScratch(Report.End end) {
    Report.Scratch scratch = end.scratch();
    if (!has(LimitKind.DISK) || scratch.size() == 0) {
      return Optional.empty();
    }
    String ofLimit = "; the limit is " + limit(LimitKind.DISK);
    if (scratch.freeInodes() == 0) {
      return proof(
          Verdict.DISK_LIMIT,
          "%s with all %d files and directories made that there is room for%s"
              .formatted(end.describe(), scratch.inodes(), ofLimit));
    }
    return usage.written() >= scratch.size()
        ? proof(
            Verdict.DISK_LIMIT,
            "%s after all %d bytes that it may write had been in use%s"
                .formatted(end.describe(), scratch.size(), ofLimit))
        : Optional.empty();
  }

  /**
   * Whoever writes beyond the limit gets SIGXFSZ, or EFBIG where he ignores that. The filter lets no call send SIGXFSZ
   * but those that name a signal in memory (timer_create(2), mq_notify(3)).
   */
  private Optional<Proof> ofFileSize(Report.End end) throws IOException {
    if (!has(LimitKind.FILE_SIZE)) {
      return Optional.empty();
    }
    String most = limit(LimitKind.FILE_SIZE);
    if (end.signal() == Signal.SIGXFSZ.number()) {
      return proof(Verdict.FILE_SIZE_LIMIT, "SIGXFSZ: wrote beyond " + most + " of a file");
    }
    long size = value(LimitKind.FILE_SIZE);
    if (isBy(Signal.SIGXFSZ, end) && usage.written() >= size) {
      return proof(
          Verdict.FILE_SIZE_LIMIT,
          "%s, as a shell does after SIGXFSZ, with %d bytes in its files; a file's limit is %s"
              .formatted(end.describe(), usage.written(), most));
    }
    Optional<String> file = clues.writtenFile(size);
    if (file.isPresent()) {
      return proof(
          Verdict.FILE_SIZE_LIMIT,
          "%s, and %s has just the %s that a file may have".formatted(end.describe(), file.get(), most));
    }
    // The only file of a program that ignores the signal, as Python does: it was stopped in mid-write.
    boolean isAsLarge = size > 0 && end.scratch().used() == Math.ceilDiv(size, PAGE) * PAGE;
    return end.signal() == 0 && isAsLarge
        ? proof(
            Verdict.FILE_SIZE_LIMIT,
            "%s, and its files take %d bytes, just what a file of %s does, which is the limit"
                .formatted(end.describe(), end.scratch().used(), most))
        : Optional.empty();
  }

  /**
   * A program whose segments there is no room for is ended before its first instruction, and nothing counts that; see
   * the end of execve(2) on SIGSEGV and SIGKILL. {@code limits.memory} lets any program begin.
   */
  private Optional<Proof> ofStart(Report.End end) throws IOException {
    boolean mayBe = end.signal() == Signal.SIGSEGV.number() || end.signal() == Signal.SIGKILL.number();
    if (!mayBe || !(has(LimitKind.MEMORY) || has(LimitKind.ADDRESS_SPACE))) {
      return Optional.empty();
    }
    Optional<Clues.Demand> demand = clues.demand();
    if (demand.isEmpty()) {
      return Optional.empty();
    }
    String needs =
        "%s at its start: %s takes %s of memory before its first instruction; "
            .formatted(end.describe(), demand.get().program(), Amount.bytes(demand.get().bytes()));
    if (has(LimitKind.ADDRESS_SPACE) && demand.get().bytes() > value(LimitKind.ADDRESS_SPACE)) {
      return proof(Verdict.MEMORY_LIMIT, needs + "limits.addressSpace is " + limit(LimitKind.ADDRESS_SPACE));
    }
    return demand.get().largest() > demand.get().available()
        ? proof(Verdict.MEMORY_LIMIT, needs + "this machine has " + Amount.bytes(demand.get().available()))
        : Optional.empty();
  }

  /**
   * That there was no memory to execute the script with.
   *
   * @param errno of execve(2)
   */
  Optional<Proof> ofRefusedExecution(int errno, String evidence) {
    if (errno != Errno.ENOMEM.number()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder(evidence);
    for (LimitKind kind : new LimitKind[] {LimitKind.MEMORY, LimitKind.ADDRESS_SPACE}) {
      if (has(kind)) {
        text.append("; limits.").append(kind.key()).append(" is ").append(limit(kind));
      }
    }
    return text.length() > evidence.length() ? proof(Verdict.MEMORY_LIMIT, text.toString()) : Optional.empty();
  }

  /** Whether a signal ended the script, or a program of a shell script, which then exits with 128 more. */
  static boolean isBy(Signal signal, Report.End end) {
    return end.signal() == signal.number() || (end.signal() == 0 && end.exitCode() == SIGNAL_CODE + signal.number());
  }

  private static Optional<Proof> proof(Verdict verdict, String evidence) {
    return Optional.of(new Proof(verdict, evidence));
  }

  private boolean has(LimitKind kind) {
    return limits.get(kind).isPresent();
  }

  /** Of a limit that is set. */
  private long value(LimitKind kind) {
    return limits.value(kind).orElseThrow();
  }

  /** A number of bytes in units of the same kind as those of a limit that is set: people compare the two. */
  private String bytes(long bytes, LimitKind kind) {
    long unit = value(kind) % KILO == 0 ? KILO : KIBI;
    return Amount.bytes(Math.ceilDiv(bytes, unit) * unit);
  }

  /** A limit that is set, as people say it. */
  private String limit(LimitKind kind) {
    return kind.unit().describe(value(kind));
  }
}
