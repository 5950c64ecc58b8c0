package org.chrootlite.run;

import java.util.Optional;
import org.chrootlite.linux.Signal;
import org.chrootlite.model.Verdict;

/**
 * How a run ended, and how we know.
 *
 * @param exitCode the script's own, where it exited; 126 or 127 where there was nothing to execute
 * @param signal the name of the signal that ended the script, such as {@code SIGSEGV}
 * @param evidence which counter, signal or error shows the verdict
 * @param code what chroot-lite itself exits with after a single run
 */
public record Judgement(
    Verdict verdict, Optional<Integer> exitCode, Optional<String> signal, String evidence, int code) {
  /** What chroot-lite exits with where it failed itself, and any other code could be the script's. */
  public static final int OWN_FAILURE = 125;

  /** Whether the script ended because the reader of its output was gone; see pipe(7). */
  public boolean lostReader() {
    return signal.equals(Optional.of(Signal.SIGPIPE.name()));
  }

  /** The same, with other evidence. */
  public Judgement withEvidence(String other) {
    return new Judgement(verdict, exitCode, signal, other, code);
  }
}
