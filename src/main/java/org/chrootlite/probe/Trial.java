package org.chrootlite.probe;

import java.util.List;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Syscall;

/**
 * One thing that a probe tries.
 *
 * @param what in a few words; trials of one promise with the same name and result are reported as one
 * @param calls made one after the other; the first that fails gives the answer, else the last one does
 * @param data what of {@link TrialProgram#BUFFER} belongs to the answer when the last call has succeeded
 * @param inChild whether they are made by a process of their own, because what would follow if they were let through
 *     must not touch the other trials; its answer has no data
 */
record Trial(Promise promise, String what, List<Call> calls, Data data, boolean inChild, Rule rule) {
  /** Copies the list. */
  Trial {
    calls = List.copyOf(calls);
  }

  /** A system call; the first one's result is {@link TrialProgram#FIRST} for those that come after it. */
  record Call(Syscall syscall, List<Value> arguments) {
    Call {
      arguments = List.copyOf(arguments);
    }

    static Call of(Syscall syscall, Value... arguments) {
      return new Call(syscall, List.of(arguments));
    }
  }

  /** What was written to the buffer. */
  sealed interface Data {
    Data NONE = new Fixed(0);

    /** So many bytes. */
    record Fixed(int size) implements Data {}

    /** As many bytes as the call says by its result. */
    record Counted() implements Data {}
  }

  static Trial of(Promise promise, String what, Rule rule, Call... calls) {
    return new Trial(promise, what, List.of(calls), Data.NONE, false, rule);
  }

  /** One whose answer is what it wrote to the buffer. */
  static Trial writing(Promise promise, String what, Data data, Rule rule, Call... calls) {
    return new Trial(promise, what, List.of(calls), data, false, rule);
  }

  static Trial inChild(Promise promise, String what, Rule rule, Call... calls) {
    return new Trial(promise, what, List.of(calls), Data.NONE, true, rule);
  }
}
