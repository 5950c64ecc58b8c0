package org.chrootlite.probe;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.chrootlite.linux.Errno;

/** Decides whether a promise holds with an answer. */
@FunctionalInterface
interface Rule {
  Reply judge(Answer answer);

  /** Holds when the call failed with one of these errors. */
  static Rule refused(Errno... errors) {
    List<Errno> allowed = List.of(errors);
    return answer -> Reply.of(allowed.stream().anyMatch(answer::is), answer.told());
  }

  /** Holds when the call failed. */
  static Rule fails() {
    return answer -> Reply.of(answer.isError(), answer.told());
  }

  /** Holds when the call returned this number. */
  static Rule returns(long expected) {
    return answer -> Reply.of(answer.result() == expected, answer.told());
  }

  /** Holds when the call succeeded. */
  static Rule succeeds() {
    return answer -> Reply.of(!answer.isError(), answer.isError() ? answer.told() : "ok");
  }

  /** Holds when the call succeeded and what the reader makes of its data is as expected. */
  static <T> Rule seen(Function<Answer, T> reader, Predicate<T> expected) {
    return answer -> {
      if (answer.isError()) {
        return Reply.of(false, answer.told());
      }
      T seen = reader.apply(answer);
      return Reply.of(expected.test(seen), String.valueOf(seen));
    };
  }

  /** Holds when the call wrote exactly this text. */
  static Rule reads(String expected) {
    return seen(Answer::text, expected::equals);
  }

  /** Holds as well when the file does not exist (ENOENT). */
  default Rule orAbsent() {
    return answer -> answer.is(Errno.ENOENT) ? Reply.of(true, "absent") : judge(answer);
  }
}
