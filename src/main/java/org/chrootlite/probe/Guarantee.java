package org.chrootlite.probe;

import java.util.List;

/**
 * A promise or a limit of a sandbox, with the results of its trials.
 *
 * @param id such as {@code namespaces} or {@code memory}
 * @param description the promise, as a sentence without a full stop; or the limit's value and its enforcement method
 * @param tried the trials in order; may be empty where the status is {@link GuaranteeStatus#ABSENT}
 */
public record Guarantee(String id, String description, GuaranteeStatus status, List<Tried> tried) {
  /** Copies the list. */
  public Guarantee {
    tried = List.copyOf(tried);
  }

  /**
   * One trial and its result.
   *
   * @param observed the result, in a few words: an errno's name, a value
   * @param holds whether the result is as promised
   */
  public record Tried(String what, String observed, boolean holds) {}

  /** A guarantee that was tried. It holds when there was a trial and all trials hold. */
  public static Guarantee of(String id, String description, List<Tried> tried) {
    boolean holds = !tried.isEmpty() && tried.stream().allMatch(Tried::holds);
    return new Guarantee(id, description, holds ? GuaranteeStatus.HOLDS : GuaranteeStatus.BROKEN, tried);
  }
}
