package org.chrootlite.probe;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.chrootlite.linux.Errno;

/** Which answers a promise stands. */
@FunctionalInterface
interface Rule {
  Reply judge(Answer answer);

  /** One of these errors, and nothing else. */
  static Rule refused(Errno... errors) {
    List<Errno> allowed = List.of(errors);
    return answer -> Reply.of(allowed.stream().anyMatch(answer::is), answer.told());
  }

  /** Any error. */
  static Rule fails() {
    return answer -> Reply.of(answer.isError(), answer.told());
  }

  /** This number. */
  static Rule returns(long expected) {
    return answer -> Reply.of(answer.result() == expected, answer.told());
  }

  /** Any number that is no error. */
  static Rule succeeds() {
    return answer -> Reply.of(!answer.isError(), answer.isError() ? answer.told() : "ok");
  }

  /** What the call wrote, in words of ours, if it has written anything. */
  static <T> Rule seen(Function<Answer, T> reader, Predicate<T> expected) {
    return answer -> {
      if (answer.isError()) {
        return Reply.of(false, answer.told());
      }
      T seen = reader.apply(answer);
      return Reply.of(expected.test(seen), String.valueOf(seen));
    };
  }

  /** Exactly this text. */
  static Rule reads(String expected) {
    return seen(Answer::text, expected::equals);
  }

  /** That there is no such thing is as good. */
  default Rule orAbsent() {
    return answer -> answer.is(Errno.ENOENT) ? Reply.of(true, "absent") : judge(answer);
  }
}
