package org.chrootlite.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;

/** Limits for runs of probes: those of the sandbox, raised to what the probe itself needs. */
final class ProbeLimits {
  private static final long SECOND = 1_000_000_000L;
  private static final Origin OURS = new Origin.Default("verify");

  /** The longest run of a probe, in nanoseconds. */
  private static final long LONGEST = 20 * SECOND;

  /** The least values that a probe can run with. */
  private static final Map<LimitKind, Long> NEEDS =
      Map.of(
          LimitKind.MEMORY, 32L << 20,
          LimitKind.CPU_TIME, LONGEST,
          LimitKind.PROCESSES, 16L,
          LimitKind.OPEN_FILES, 32L,
          LimitKind.OUTPUT, 256L << 10,
          LimitKind.DISK, 1L << 20,
          LimitKind.STACK, 128L << 10);

  /** Limits left out while another one is tried: they would end the trial first, or slow it down. */
  private static final Set<LimitKind> IN_THE_WAY =
      Set.of(LimitKind.ADDRESS_SPACE, LimitKind.FILE_SIZE, LimitKind.CPUS);

  private ProbeLimits() {}

  /** For a probe of promises. */
  static Limits forPromises(Limits all) {
    return new Limits(List.of(wallTime(LONGEST))).with(raised(all, Optional.empty()));
  }

  /** For a probe of one limit, which is tried with this value. */
  static Limits forLimit(Limits all, LimitKind tried, long value) {
    Limits others = new Limits(List.of(wallTime(LONGEST))).with(raised(all, Optional.of(tried)));
    Origin origin = all.get(tried).map(Limit::origin).orElse(OURS);
    return others.with(new Limits(List.of(new Limit(tried, value, origin))));
  }

  /** The same, over after this time. */
  static Limits within(Limits limits, long wallTime) {
    return limits.with(new Limits(List.of(wallTime(wallTime))));
  }

  private static Limits raised(Limits all, Optional<LimitKind> tried) {
    List<Limit> raised = new ArrayList<>();
    for (Limit limit : all.all()) {
      boolean isWallTime = limit.kind() == LimitKind.WALL_TIME;
      boolean isInTheWay = isWallTime || (tried.isPresent() && IN_THE_WAY.contains(limit.kind()));
      if (!isInTheWay) {
        long value = Math.max(limit.value(), NEEDS.getOrDefault(limit.kind(), 0L));
        raised.add(new Limit(limit.kind(), value, limit.origin()));
      }
    }
    return new Limits(raised);
  }

  private static Limit wallTime(long nanoseconds) {
    return new Limit(LimitKind.WALL_TIME, nanoseconds, OURS);
  }
}
