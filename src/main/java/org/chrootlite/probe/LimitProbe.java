package org.chrootlite.probe;

import java.util.function.Function;
import java.util.function.Predicate;
import org.chrootlite.linux.Errno;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Verdict;

/**
 * One way to exceed a limit.
 *
 * @param what in a few words
 * @param limits to run it under
 * @param executable what exceeds it
 * @param rule which ends are the limit's
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, to who runs it
public record LimitProbe(LimitKind kind, String what, Limits limits, byte[] executable, End rule) {
  /** Judges the end of a probe's run. */
  @FunctionalInterface
  interface End {
    Reply judge(Ended ended);
  }

  /** Judges how the probe ended. */
  public Guarantee.Tried judge(Ended ended) {
    Reply reply = rule.judge(ended);
    return new Guarantee.Tried(what, reply.observed(), reply.holds());
  }

  /** The run must have ended with this verdict. */
  static End verdict(Verdict expected) {
    return ended -> Reply.of(ended.verdict() == expected, ended.told());
  }

  /** The last two words that the probe printed must be as these expect. */
  static End record(Predicate<long[]> expected, Function<long[], String> told) {
    return ended -> {
      byte[] output = ended.output();
      if (output.length < 16 || output.length % 16 != 0) {
        return Reply.of(false, ended.told());
      }
      long[] words = {Words.get(output, output.length - 16), Words.get(output, output.length - 8)};
      return Reply.of(expected.test(words), told.apply(words));
    };
  }

  /** Both must be so; the second is told. */
  static End both(End one, End other) {
    return ended -> {
      Reply first = one.judge(ended);
      return first.holds() ? other.judge(ended) : first;
    };
  }

  static boolean isError(long result, Errno errno) {
    return result == -errno.number();
  }
}
