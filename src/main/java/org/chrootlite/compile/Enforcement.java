package org.chrootlite.compile;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.linux.Controller;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Rootfs;

/** How well a limit is kept. */
public sealed interface Enforcement {
  /** As results tell it: the means, or what it comes down to. */
  String id();

  /** Whether it is a control group that keeps it, well or not. */
  default boolean isByGroup() {
    return switch (this) {
      case Enforced(Means means) -> means.isGroup();
      case Degraded(Means means, Gap gap) -> means.isGroup();
      case Unsupported unsupported -> false;
    };
  }

  /** It holds. */
  record Enforced(Means means) implements Enforcement {
    @Override
    public String id() {
      return means.id();
    }
  }

  /** It holds for less, or for more, than it means. */
  record Degraded(Means means, Gap gap) implements Enforcement {
    @Override
    public String id() {
      return "degraded";
    }
  }

  /** It does not hold at all. */
  record Unsupported(Gap gap) implements Enforcement {
    @Override
    public String id() {
      return "unsupported";
    }
  }

  /** How each of these limits is kept, in the order of {@link LimitKind}, where writes to the root become of this. */
  static Map<LimitKind, Enforcement> of(Limits limits, Rootfs.Writes writes, Powers powers) {
    Map<LimitKind, Enforcement> all = new LinkedHashMap<>();
    for (Limit limit : limits.all()) {
      all.put(limit.kind(), of(limit.kind(), writes, powers));
    }
    return all;
  }

  /** How a limit of this kind is kept. */
  static Enforcement of(LimitKind kind, Rootfs.Writes writes, Powers powers) {
    return switch (kind) {
      case MEMORY -> memory(powers);
      case PROCESSES -> processes(powers);
      case CPUS -> byGroup(Controller.CPU, powers).orElseGet(() -> new Unsupported(gap(powers)));
      case CPU_TIME -> byGroup(Controller.CPUACCT, powers).orElse(new Enforced(Means.SAMPLED));
      case ADDRESS_SPACE, OPEN_FILES, FILE_SIZE, STACK, CORE_SIZE -> new Enforced(Means.RLIMIT);
      case WALL_TIME -> new Enforced(Means.TIMER);
      case OUTPUT -> new Enforced(Means.SUPERVISOR);
      case DISK -> new Enforced(writes == Rootfs.Writes.KEEP ? Means.SAMPLED : Means.TMPFS);
    };
  }

  private static Enforcement memory(Powers powers) {
    if (powers.group() instanceof Powers.Group.Joined joined && powers.has(Controller.MEMORY)) {
      return joined.swap().<Enforcement>map(gap -> new Degraded(joined.means(), gap))
          .orElse(new Enforced(joined.means()));
    }
    return new Enforced(Means.SAMPLED);
  }

  private static Enforcement processes(Powers powers) {
    Enforcement otherwise =
        powers.processes().<Enforcement>map(gap -> new Degraded(Means.RLIMIT, gap))
            .orElse(new Enforced(Means.RLIMIT));
    return byGroup(Controller.PIDS, powers).orElse(otherwise);
  }

  private static Optional<Enforcement> byGroup(Controller controller, Powers powers) {
    return powers.group() instanceof Powers.Group.Joined joined && powers.has(controller)
        ? Optional.of(new Enforced(joined.means()))
        : Optional.empty();
  }

  /** Why there is no control group, or why it lacks a controller. */
  private static Gap gap(Powers powers) {
    return switch (powers.group()) {
      case Powers.Group.Joined joined -> joined.missing().orElseThrow();
      case Powers.Group.None none -> none.gap();
    };
  }
}
