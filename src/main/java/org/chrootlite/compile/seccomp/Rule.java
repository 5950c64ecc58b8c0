package org.chrootlite.compile.seccomp;

import org.chrootlite.compile.bpf.Action;

/** What becomes of a call, depending on its arguments or not. */
public sealed interface Rule {

  /** The same for all arguments. */
  record Always(Action action) implements Rule {}

  /** One rule or another. */
  record Either(Test test, Rule ifTrue, Rule ifFalse) implements Rule {}

  /** Whether there are arguments with which the call is made. */
  default boolean mayAllow() {
    return switch (this) {
      case Always(Action action) -> action instanceof Action.Allow;
      case Either(Test _, Rule ifTrue, Rule ifFalse) -> ifTrue.mayAllow() || ifFalse.mayAllow();
    };
  }
}
