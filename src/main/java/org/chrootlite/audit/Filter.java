package org.chrootlite.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.chrootlite.model.Verdict;

/**
 * Which entries of the history are wanted: those that fit all of this.
 *
 * @param job a sandbox or a script by name, {@code sandbox/script} or {@code sandbox/*}; of a sandbox alone, what
 *     changed it is wanted, too
 * @param types such as {@code run}; empty for all
 * @param verdicts of runs; empty for all, and for what is not a run
 * @param since begun then or later
 * @param until begun before that
 * @param last only that many, the newest; at least 1
 */
public record Filter(
    Optional<String> job,
    Set<String> types,
    Set<Verdict> verdicts,
    Optional<Instant> since,
    Optional<Instant> until,
    OptionalInt last) {
  /** All that there is. */
  public static final Filter ALL =
      new Filter(Optional.empty(), Set.of(), Set.of(), Optional.empty(), Optional.empty(), OptionalInt.empty());

  /** Checks the number, and copies the sets. */
  public Filter {
    types = Set.copyOf(types);
    verdicts = Set.copyOf(verdicts);
    if (last.isPresent() && last.getAsInt() < 1) {
      throw new IllegalArgumentException("the last " + last.getAsInt());
    }
  }

  /** The newest entries of one type. */
  public static Filter last(String type, int count) {
    return new Filter(
        Optional.empty(), Set.of(type), Set.of(), Optional.empty(), Optional.empty(), OptionalInt.of(count));
  }

  /** The same for one job only. */
  public Filter of(String job) {
    return new Filter(Optional.of(job), types, verdicts, since, until, last);
  }

  /** Whether an entry is wanted, but for the number of them. */
  boolean accepts(Entry entry) {
    return (types.isEmpty() || entry.type().filter(types::contains).isPresent())
        && (verdicts.isEmpty() || entry.verdict().filter(this::isWanted).isPresent())
        && (job.isEmpty() || isOf(entry, job.get()))
        && isInTime(entry);
  }

  private boolean isWanted(String verdict) {
    for (Verdict wanted : verdicts) {
      if (wanted.id().equals(verdict)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOf(Entry entry, String job) {
    int slash = job.indexOf('/');
    if (slash < 0) {
      return entry.isAbout(job) || entry.script().filter(job::equals).isPresent();
    }
    String script = job.substring(slash + 1);
    return entry.sandbox().filter(job.substring(0, slash)::equals).isPresent()
        && entry.script().filter(name -> script.equals("*") || script.equals(name)).isPresent();
  }

  /** An entry whose time cannot be read is not hidden: that would be the way to hide one. */
  private boolean isInTime(Entry entry) {
    Optional<Instant> time = entry.time();
    return time.isEmpty()
        || ((since.isEmpty() || !time.get().isBefore(since.get()))
            && (until.isEmpty() || time.get().isBefore(until.get())));
  }
}
