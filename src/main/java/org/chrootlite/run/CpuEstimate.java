package org.chrootlite.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much CPU time all processes of a run have used, of whom only samples are seen. Pure.
 *
 * <p>The kernel keeps the books itself: what a process used is told while it lives, and goes to its parent's account
 * when that waits for it. But the time of a process whose parent ignores SIGCHLD goes nowhere; see times(2). A relay of
 * short-lived ones would be free. So there is a second account, of what was seen: a process that is there at one look
 * and gone at the next has run for all of the time between two looks if it was running, and not at all if it slept.
 * That is wrong for each one, and right for many: who lives for a tenth of an interval is seen by every tenth look.
 *
 * <p>The second account is only an estimate. It is taken where it says more than twice as much as the first, and a
 * tenth of a second more: so it would take very bad luck to be charged by it for children for whom one has waited, and
 * who has not gets at most that much more than his limit, where looks can keep up.
 */
final class CpuEstimate {
  /** How much more the estimate must say before it is believed, in nanoseconds. */
  private static final long SLACK = 100_000_000;

  private static final int FACTOR = 2;

  /**
   * A process at a look.
   *
   * @param id that no other process has had
   * @param own nanoseconds that it has used
   * @param children nanoseconds of those for which it has waited
   * @param running how many of its threads run, or could if there were a free CPU
   */
  record Seen(long id, long own, long children, int running) {}

  /** What is known of a process that was there at the last look. */
  private record Known(Seen seen, boolean isNew, long charge) {}

  private final int cpus;
  private final long begin;
  private long last;
  private Map<Long, Known> known = new HashMap<>();
  private long accounted;
  private long estimated;
  private long used;

  /**
   * An estimate for a run that begins.
   *
   * @param cpus that it can use at a time
   * @param now nanoseconds of a clock
   */
  CpuEstimate(int cpus, long now) {
    this.cpus = cpus;
    this.begin = now;
    this.last = now;
  }

  /**
   * Adds a look.
   *
   * @param now nanoseconds of the same clock
   * @param seen all processes, each after its parent
   * @param vanished how many more there were that ended before they could be looked at
   * @param others how many threads of other runs want a CPU too
   */
  void look(long now, List<Seen> seen, int vanished, int others) {
    long interval = Math.max(0, now - last);
    last = now;
    long raw = 0;
    int wanting = vanished;
    for (Seen one : seen) {
      raw += one.own + one.children;
      wanting += known.containsKey(one.id) ? 0 : one.running;
    }
    // What ends while we look may be counted with its parent too. But nobody uses more than there is.
    accounted = Math.max(accounted, Math.min(raw, accounted + cpus * interval));
    long charge = wanting + others <= cpus ? interval : interval * cpus / (wanting + others);
    estimated = Math.min(estimated + change(seen, charge, interval) + vanished * charge, (now - begin) * cpus);
    used = Math.max(used, estimated > FACTOR * accounted + SLACK ? estimated : accounted);
  }

  /** Whether a process was there at the last look. */
  boolean knows(long id) {
    return known.containsKey(id);
  }

  private long change(List<Seen> seen, long charge, long interval) {
    Map<Long, Known> before = known;
    known = new HashMap<>();
    long change = 0;
    for (Seen one : seen) {
      Known earlier = before.remove(one.id);
      change += earlier == null ? one.own : Math.max(0, one.own - earlier.seen.own);
      known.put(one.id, new Known(one, earlier == null, charge));
    }
    for (Known gone : before.values()) {
      change += unseen(gone, interval);
    }
    return change;
  }

  /** What a process that is gone has used beyond what was seen; it ended in this interval. */
  private static long unseen(Known gone, long interval) {
    // After a long interval, in which we were kept from looking, it counts as if there had been none.
    long most = Math.min(gone.charge, interval) * gone.seen.running;
    return gone.isNew ? Math.max(0, most - gone.seen.own) : most / 2;
  }

  /** Nanoseconds that have been used; never less than at an earlier look. */
  long used() {
    return used;
  }
}
