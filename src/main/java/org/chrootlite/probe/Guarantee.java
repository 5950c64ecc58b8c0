package org.chrootlite.probe;

import java.util.List;

/**
 * A promise or a limit of a sandbox, and what came of trying it.
 *
 * @param id such as {@code namespaces} or {@code memory}
 * @param means what is promised, as a sentence without a full stop; of a limit, how much it is and what keeps it
 * @param tried in order; of one that is {@link Standing#ABSENT} there may be none
 */
public record Guarantee(String id, String means, Standing standing, List<Tried> tried) {
  /** Copies the list. */
  public Guarantee {
    tried = List.copyOf(tried);
  }

  /**
   * One thing that was tried.
   *
   * @param came what came back
   * @param holds whether that is as promised
   */
  public record Tried(String what, String came, boolean holds) {}

  /** Of something that was tried: it holds when all of it does. */
  public static Guarantee of(String id, String means, List<Tried> tried) {
    boolean holds = !tried.isEmpty() && tried.stream().allMatch(Tried::holds);
    return new Guarantee(id, means, holds ? Standing.HOLDS : Standing.BROKEN, tried);
  }
}
