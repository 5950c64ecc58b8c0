package org.chrootlite.compile;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Controller;
import org.chrootlite.linux.Resource;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;

/** Which limits of a manifest are resource limits of a process, beside what else they are kept by. */
final class ResourceLimits {
  private static final long SECOND = 1_000_000_000L;

  /**
   * Signals and bytes that the kernel counts for a user as well as for each namespace: without a bound a run could use
   * up those of the user that started it. A fraction of what kernels grant a user, and plenty for a program.
   */
  private static final long QUEUED_SIGNALS = 1024;

  private static final long MESSAGE_BYTES = 256 << 10;

  private final Provisions provisions;

  ResourceLimits(Provisions provisions) {
    this.provisions = provisions;
  }

  List<Step> steps(Limits limits) {
    List<Step> steps = new ArrayList<>();
    if (limits.get(LimitKind.CORE_SIZE).isEmpty()) {
      // Nobody asked for core dumps, and they would fill what the script may write to.
      steps.add(new Step.SetLimit(Resource.CORE, 0, Origin.ALWAYS));
    }
    steps.add(new Step.SetLimit(Resource.SIGPENDING, allowed(Resource.SIGPENDING, QUEUED_SIGNALS), Origin.ALWAYS));
    steps.add(new Step.SetLimit(Resource.MSGQUEUE, allowed(Resource.MSGQUEUE, MESSAGE_BYTES), Origin.ALWAYS));
    for (Limit limit : limits.all()) {
      switch (limit.kind()) {
        case ADDRESS_SPACE -> add(steps, Resource.AS, limit.value(), limit);
        case CPU_TIME -> add(steps, Resource.CPU, processorSeconds(limit.value()), limit);
        case PROCESSES -> {
          if (!provisions.powers().has(Controller.PIDS)) {
            add(steps, Resource.NPROC, limit.value() + JailPlanner.OUR_PROCESSES, limit);
          }
        }
        case OPEN_FILES -> add(steps, Resource.NOFILE, limit.value(), limit);
        case FILE_SIZE -> add(steps, Resource.FSIZE, limit.value(), limit);
        case STACK -> add(steps, Resource.STACK, limit.value(), limit);
        case CORE_SIZE -> add(steps, Resource.CORE, limit.value(), limit);
        case MEMORY, WALL_TIME, OUTPUT, DISK, CPUS -> {}
      }
    }
    return steps;
  }

  /**
   * The usage watch enforces the total; RLIMIT_CPU is a per-process backstop. The kernel counts ticks of its clock for
   * it, which on a busy machine were seen a fifth ahead of the time that was used.
   */
  private static long processorSeconds(long nanoseconds) {
    long seconds = Math.ceilDiv(nanoseconds, SECOND);
    return seconds + seconds / 4 + 1;
  }

  /** What the caller may not have the script may not have either: a lower limit of the caller's stays. */
  private void add(List<Step> steps, Resource resource, long value, Limit limit) {
    steps.add(new Step.SetLimit(resource, allowed(resource, value), limit.origin()));
  }

  private long allowed(Resource resource, long value) {
    return Math.min(value, provisions.hardLimits().getOrDefault(resource, Long.MAX_VALUE));
  }
}
