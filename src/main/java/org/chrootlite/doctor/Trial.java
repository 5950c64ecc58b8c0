package org.chrootlite.doctor;

import java.io.IOException;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.model.Gap;

/** Tries plans that end in executing something. */
public interface Trial {
  /**
   * Tries a plan.
   *
   * @throws IOException when it could not be tried: the place for it fails, not the plan
   */
  Outcome attempt(JailPlan plan) throws IOException;

  /** How a trial ended. */
  sealed interface Outcome {
    /** All steps were taken, and what was executed has ended. */
    record Reached() implements Outcome {}

    /**
     * A step failed.
     *
     * @param call the system call that did
     * @param errno positive
     */
    record Stopped(Step step, String call, int errno) implements Outcome {}

    /** The launcher did not start, or ended without a word. */
    record Broken(Gap gap) implements Outcome {}
  }
}
