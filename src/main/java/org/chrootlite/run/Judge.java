package org.chrootlite.run;

import java.io.IOException;
import java.util.Optional;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Signal;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Verdict;

/**
 * Decides on the verdict of a run from what was observed: the same observations and clues, the same verdict.
 *
 * <p>What ended a run comes before what it ran into, and both before how the script itself ended. A limit is blamed
 * only where {@link Proofs} has a proof of it.
 */
public final class Judge {
  private static final int TIME_LIMIT_CODE = 124;
  private static final int MEMORY_LIMIT_CODE = 137;
  private static final int OUTPUT_LIMIT_CODE = 122;
  private static final int FILE_SIZE_LIMIT_CODE = 153;

  /** As the number of the error that a full quota gives, EDQUOT. */
  private static final int DISK_LIMIT_CODE = 122;

  private static final int NOT_EXECUTABLE_CODE = 126;
  private static final int NOT_FOUND_CODE = 127;
  private static final int SIGNAL_CODE = 128;

  private final Observation seen;
  private final Proofs proofs;
  private final Clues clues;

  private Judge(Observation seen, Proofs proofs, Clues clues) {
    this.seen = seen;
    this.proofs = proofs;
    this.clues = clues;
  }

  /**
   * The verdict of a run with these limits.
   *
   * @param clues asked only where the verdict hangs on them
   * @throws IOException when a clue cannot be looked for
   */
  public static Judgement judge(Observation seen, Limits limits, Clues clues) throws IOException {
    return new Judge(seen, new Proofs(seen, limits, clues), clues).judge();
  }

  private Judgement judge() throws IOException {
    if (seen.cancelled()) {
      return judgement(Verdict.CANCELLED, "ended by the caller");
    }
    Optional<Proofs.Proof> printed = proofs.ofOutput();
    if (printed.isPresent()) {
      return limited(printed.get());
    }
    if (seen.report().failure().isPresent()) {
      return failed(seen.report().failure().get());
    }
    Optional<Proofs.Proof> stopped = proofs.ofStop();
    if (stopped.isPresent()) {
      return limited(stopped.get());
    }
    if (seen.unwatched().isPresent()) {
      return judgement(Verdict.SETUP_ERROR, "ended, because it could not be watched: " + seen.unwatched().get());
    }
    return seen.report().end().isPresent() ? ended(seen.report().end().get()) : silent();
  }

  private Judgement failed(Report.Failed failed) {
    String error = Errno.describe(failed.errno());
    if (failed.at().step() instanceof Step.Execute execute) {
      String evidence = "cannot execute " + execute.arguments().getFirst() + ": " + error;
      if (isMissing(failed.errno())) {
        return notFound(evidence, NOT_FOUND_CODE);
      }
      if (cannotBeExecuted(failed.errno())) {
        return notFound(evidence, NOT_EXECUTABLE_CODE);
      }
      Optional<Proofs.Proof> refused = proofs.ofRefusedExecution(failed.errno(), evidence);
      if (refused.isPresent()) {
        return limited(refused.get());
      }
    }
    Step step = failed.at().step();
    Optional<Gap> cause =
        clues.sourceOf(step.origin()).or(() -> Remedies.gap(step, failed.errno(), clues.settings()));
    String evidence =
        "step %d (%s) failed: %s, from %s"
                .formatted(failed.at().number(), StepText.of(step), error, StepText.of(step.origin()))
            + cause.map(gap -> "; " + gap).orElse("");
    return judgement(Verdict.SETUP_ERROR, evidence);
  }

  private static Judgement notFound(String evidence, int code) {
    return new Judgement(Verdict.NOT_FOUND, Optional.of(code), Optional.empty(), evidence, code);
  }

  private static boolean isMissing(int errno) {
    return errno == Errno.ENOENT.number() || errno == Errno.ENOTDIR.number();
  }

  private static boolean cannotBeExecuted(int errno) {
    return errno == Errno.EACCES.number()
        || errno == Errno.ENOEXEC.number()
        || errno == Errno.EISDIR.number()
        || errno == Errno.ELOOP.number();
  }

  /** Nobody tells how the script ended, and no limit explains that. */
  private Judgement silent() {
    boolean byItself = seen.launcherExit() < SIGNAL_CODE;
    String evidence =
        "the launcher ended (exit code " + seen.launcherExit() + ") without a report"
            + (byItself ? "; is the disk of the state directory full?" : proofs.aboutKills());
    return judgement(Verdict.SETUP_ERROR, evidence);
  }

  private Judgement ended(Report.End end) throws IOException {
    Optional<Proofs.Proof> proof = proofs.ofEnd(end);
    if (proof.isPresent()) {
      return limited(proof.get());
    }
    Verdict verdict = end.isOk() ? Verdict.OK : end.signal() != 0 ? Verdict.SIGNALED : Verdict.FAILED;
    String suspicions = end.isOk() ? "" : proofs.suspicions(end);
    return judgement(
        verdict,
        end.describe() + proofs.aboutKills() + proofs.aboutRefusals() + proofs.aboutMemory() + suspicions);
  }

  private Judgement limited(Proofs.Proof proof) {
    return judgement(proof.verdict(), proof.evidence());
  }

  /** A judgement that leaves the script's own end visible, where there was one. */
  private Judgement judgement(Verdict verdict, String evidence) {
    Optional<Report.End> end = seen.report().end();
    // Init is told of an end even where what ended was the launcher itself, on its way to the script.
    boolean isScript = seen.report().failure().isEmpty();
    Optional<Integer> exitCode = end.filter(one -> isScript && one.signal() == 0).map(Report.End::exitCode);
    Optional<String> signal =
        end.filter(one -> isScript && one.signal() != 0).map(one -> Signal.name(one.signal()));
    return new Judgement(verdict, exitCode, signal, evidence, code(verdict));
  }

  private int code(Verdict verdict) {
    return switch (verdict) {
      case CPU_TIME_LIMIT, WALL_TIME_LIMIT -> TIME_LIMIT_CODE;
      case MEMORY_LIMIT -> MEMORY_LIMIT_CODE;
      case OUTPUT_LIMIT -> OUTPUT_LIMIT_CODE;
      case FILE_SIZE_LIMIT -> FILE_SIZE_LIMIT_CODE;
      case DISK_LIMIT -> DISK_LIMIT_CODE;
      case NOT_FOUND -> NOT_FOUND_CODE;
      case CANCELLED -> SIGNAL_CODE + Signal.SIGTERM.number();
      case SETUP_ERROR -> Judgement.OWN_FAILURE;
      case OK, FAILED, SIGNALED, PROCESS_LIMIT -> codeOf(seen.report().end().orElseThrow());
    };
  }

  private static int codeOf(Report.End end) {
    return end.signal() == 0 ? end.exitCode() : SIGNAL_CODE + end.signal();
  }
}
