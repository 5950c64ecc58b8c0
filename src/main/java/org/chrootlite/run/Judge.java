package org.chrootlite.run;

import java.util.Optional;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Signal;
import org.chrootlite.model.Amount;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Verdict;

/** Decides on the verdict of a run from what was observed. Pure: the same observations, the same verdict. */
public final class Judge {
  private static final int TIME_LIMIT_CODE = 124;
  private static final int MEMORY_LIMIT_CODE = 137;
  private static final int OUTPUT_LIMIT_CODE = 122;

  /** As the number of the error that a full quota gives, EDQUOT. */
  private static final int DISK_LIMIT_CODE = 122;

  private static final int NOT_EXECUTABLE_CODE = 126;
  private static final int NOT_FOUND_CODE = 127;
  private static final int OWN_FAILURE_CODE = 125;
  private static final int SIGNAL_CODE = 128;

  private final Observation seen;
  private final Limits limits;

  private Judge(Observation seen, Limits limits) {
    this.seen = seen;
    this.limits = limits;
  }

  /** The verdict of a run with these limits. */
  public static Judgement judge(Observation seen, Limits limits) {
    return new Judge(seen, limits).judge();
  }

  private Judgement judge() {
    if (seen.cancelled()) {
      return limited(Verdict.CANCELLED, "ended by the caller", SIGNAL_CODE + Signal.SIGTERM.number());
    }
    if (seen.outputExceeded()) {
      String evidence = "printed more than " + describe(LimitKind.OUTPUT);
      return limited(Verdict.OUTPUT_LIMIT, evidence, OUTPUT_LIMIT_CODE);
    }
    if (seen.report().failure().isPresent()) {
      return failed(seen.report().failure().get());
    }
    Optional<String> tooMuch = tooMuchKept();
    if (tooMuch.isPresent()) {
      return limited(Verdict.DISK_LIMIT, tooMuch.get(), DISK_LIMIT_CODE);
    }
    if (seen.report().end().isEmpty()) {
      boolean byItself = seen.launcherExit() < SIGNAL_CODE;
      String evidence =
          "the launcher ended (exit code " + seen.launcherExit() + ") without a report"
              + (byItself ? "; is the disk of the state directory full?" : "");
      return new Judgement(Verdict.SETUP_ERROR, Optional.empty(), Optional.empty(), evidence, OWN_FAILURE_CODE);
    }
    return ended(seen.report().end().get());
  }

  private Judgement failed(Report.Failed failed) {
    String error = Errno.describe(failed.errno());
    if (failed.at().step() instanceof Step.Execute execute) {
      String program = execute.arguments().getFirst();
      boolean missing = failed.errno() == Errno.ENOENT.number() || failed.errno() == Errno.ENOTDIR.number();
      if (missing || cannotBeExecuted(failed.errno())) {
        int code = missing ? NOT_FOUND_CODE : NOT_EXECUTABLE_CODE;
        return new Judgement(
            Verdict.NOT_FOUND, Optional.of(code), Optional.empty(), "cannot execute " + program + ": " + error, code);
      }
    }
    Step step = failed.at().step();
    String evidence =
        "step %d (%s) failed: %s, from %s"
                .formatted(failed.at().number(), StepText.of(step), error, StepText.of(step.origin()))
            + Remedies.of(step, failed.errno()).map(remedy -> "; " + remedy).orElse("");
    return new Judgement(Verdict.SETUP_ERROR, Optional.empty(), Optional.empty(), evidence, OWN_FAILURE_CODE);
  }

  private Optional<String> tooMuchKept() {
    Optional<Limit> limit = limits.get(LimitKind.DISK);
    if (seen.layer().isEmpty() || limit.isEmpty()) {
      return Optional.empty();
    }
    LayerUse use = seen.layer().get();
    long bytes = limit.get().value();
    String ofLimit = "the limit is " + describe(LimitKind.DISK);
    if (use.bytes() > bytes) {
      return Optional.of("the sandbox's layer holds " + use.bytes() + " bytes; " + ofLimit);
    }
    if (use.exceeds(bytes)) {
      return Optional.of(
          "the sandbox's layer holds %d files and directories in %d bytes; %s, and %d of them"
              .formatted(use.inodes(), use.bytes(), ofLimit, LayerUse.inodes(bytes)));
    }
    return use.gap()
        .map(gap -> "the sandbox's layer holds more than the " + use.bytes() + " bytes that can be measured: " + gap
            + "; " + ofLimit);
  }

  private static boolean cannotBeExecuted(int errno) {
    return errno == Errno.EACCES.number()
        || errno == Errno.ENOEXEC.number()
        || errno == Errno.EISDIR.number()
        || errno == Errno.ELOOP.number();
  }

  private Judgement ended(Report.End end) {
    if (timedOut(end)) {
      String evidence = "not ended after " + describe(LimitKind.WALL_TIME) + " of wall time";
      return limited(Verdict.WALL_TIME_LIMIT, evidence, TIME_LIMIT_CODE);
    }
    if (outOfCpuTime(end)) {
      String evidence =
          (isEndBy(Signal.SIGKILL, end) ? "killed after " : "used ")
              + Amount.duration(end.cpuTime())
              + " of CPU time; the limit is "
              + describe(LimitKind.CPU_TIME);
      return limited(Verdict.CPU_TIME_LIMIT, evidence, TIME_LIMIT_CODE);
    }
    if (isEndBy(Signal.SIGXFSZ, end) && limits.get(LimitKind.FILE_SIZE).isPresent()) {
      String how = end.signal() == 0 ? describeEnd(end) + ", as a shell does after SIGXFSZ" : "SIGXFSZ";
      String evidence = how + ": wrote beyond " + describe(LimitKind.FILE_SIZE) + " of a file";
      return limited(Verdict.FILE_SIZE_LIMIT, evidence, codeOf(end));
    }
    boolean ok = end.signal() == 0 && end.exitCode() == 0;
    if (!ok && nearMemoryLimit(end)) {
      String evidence =
          describeEnd(end)
              + " after a process had reached "
              + Amount.bytes(end.maxMemory())
              + " of resident memory; the limit is "
              + describe(LimitKind.MEMORY)
              + " for each process";
      return limited(Verdict.MEMORY_LIMIT, evidence, MEMORY_LIMIT_CODE);
    }
    Optional<Limit> processes = limits.get(LimitKind.PROCESSES);
    if (!ok && processes.isPresent() && seen.peak().processes() >= processes.get().value()) {
      String evidence =
          "%s after %d processes and threads had been seen at a time; the limit is %d"
              .formatted(describeEnd(end), seen.peak().processes(), processes.get().value());
      return limited(Verdict.PROCESS_LIMIT, evidence, codeOf(end));
    }
    Verdict verdict = ok ? Verdict.OK : end.signal() != 0 ? Verdict.SIGNALED : Verdict.FAILED;
    return limited(verdict, describeEnd(end), codeOf(end));
  }

  /**
   * Whether the limit is used up. The kernel's limit goes by the ticks of the clock, what it reports afterwards is
   * exact, and on a busy machine the two were seen to differ by a fifth: a process that was killed with most of it used
   * was killed by the limit.
   */
  private boolean outOfCpuTime(Report.End end) {
    Optional<Limit> cpuTime = limits.get(LimitKind.CPU_TIME);
    if (cpuTime.isEmpty()) {
      return false;
    }
    long limit = cpuTime.get().value();
    return end.cpuTime() >= (isEndBy(Signal.SIGKILL, end) ? limit / 4 * 3 : limit);
  }

  /** Whether a signal ended the script, or a program of a shell script, which then exits with 128 more. */
  private static boolean isEndBy(Signal signal, Report.End end) {
    return end.signal() == signal.number() || (end.signal() == 0 && end.exitCode() == SIGNAL_CODE + signal.number());
  }

  /** A script can make init believe that its timer has rung (F_SETSIG of fcntl(2)). It ends early then, by no limit. */
  private boolean timedOut(Report.End end) {
    return end.timedOut() && end.wallTime() >= limits.get(LimitKind.WALL_TIME).map(Limit::value).orElse(Long.MAX_VALUE);
  }

  /** Memory is refused, not taken back: a process that ran into its limit has almost all of it in use. */
  private boolean nearMemoryLimit(Report.End end) {
    Optional<Limit> memory = limits.get(LimitKind.MEMORY);
    return memory.isPresent() && end.maxMemory() >= memory.get().value() / 10 * 9;
  }

  private static int codeOf(Report.End end) {
    return end.signal() == 0 ? end.exitCode() : SIGNAL_CODE + end.signal();
  }

  private static String describeEnd(Report.End end) {
    return end.signal() == 0 ? "exited with " + end.exitCode() : "ended by " + Signal.name(end.signal());
  }

  /** A verdict that leaves the script's own end visible, where there was one. */
  private Judgement limited(Verdict verdict, String evidence, int code) {
    Optional<Report.End> end = seen.report().end();
    Optional<Integer> exitCode = end.filter(one -> one.signal() == 0).map(Report.End::exitCode);
    Optional<String> signal = end.filter(one -> one.signal() != 0).map(one -> Signal.name(one.signal()));
    return new Judgement(verdict, exitCode, signal, evidence, code);
  }

  private String describe(LimitKind kind) {
    return limits.get(kind).map(limit -> kind.unit().describe(limit.value())).orElse("the limit");
  }
}
