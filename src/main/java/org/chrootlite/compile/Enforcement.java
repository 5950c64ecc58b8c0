package org.chrootlite.compile;

import java.util.LinkedHashMap;
import java.util.Map;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Rootfs;

/** How a limit is kept. */
public enum Enforcement {
  /** By the kernel, for each process on its own. */
  PER_PROCESS("per-process"),
  /** By the kernel, as a resource limit of a process; which is what the limit means. */
  RLIMIT("rlimit"),
  /** By a timer of pid 1. */
  TIMER("timer"),
  /** By the one who carries the output. */
  SUPERVISOR("supervisor"),
  /** By the size of the memory that all writes go to. */
  TMPFS("tmpfs"),
  /** By one who looks from time to time, and ends the run. */
  SAMPLED("sampled"),
  /** Not at all. */
  UNSUPPORTED("unsupported");

  private final String id;

  Enforcement(String id) {
    this.id = id;
  }

  /** The name in results. */
  public String id() {
    return id;
  }

  /** How each of these limits is kept, in the order of {@link LimitKind}, where writes to the root become of this. */
  public static Map<LimitKind, Enforcement> of(Limits limits, Rootfs.Writes writes) {
    Map<LimitKind, Enforcement> enforced = new LinkedHashMap<>();
    for (Limit limit : limits.all()) {
      enforced.put(limit.kind(), of(limit.kind(), writes));
    }
    return enforced;
  }

  private static Enforcement of(LimitKind kind, Rootfs.Writes writes) {
    return switch (kind) {
      case MEMORY, PROCESSES -> PER_PROCESS;
      case ADDRESS_SPACE, CPU_TIME, OPEN_FILES, FILE_SIZE, STACK, CORE_SIZE -> RLIMIT;
      case WALL_TIME -> TIMER;
      case OUTPUT -> SUPERVISOR;
      case DISK -> writes == Rootfs.Writes.KEEP ? SAMPLED : TMPFS;
      case CPUS -> UNSUPPORTED;
    };
  }
}
