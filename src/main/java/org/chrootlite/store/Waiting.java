package org.chrootlite.store;

import java.util.Optional;

/** Is told when somebody has to wait for a lock, for whom, and when that is over. Threads may tell at the same time. */
@FunctionalInterface
public interface Waiting {
  /** For who does not want to know. */
  Waiting UNTOLD = holders -> {};

  /**
   * First told after 0.3 seconds of waiting. While it lasts, told again when others are in the way, at most once a
   * second; and at its end.
   *
   * @param holders who is in the way, such as {@code apply of manifests/ (pid 1234, since 10:31:02)}; empty when the
   *     waiting is over
   */
  void waitsFor(Optional<String> holders);
}
