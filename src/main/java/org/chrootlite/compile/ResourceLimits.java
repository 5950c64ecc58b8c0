package org.chrootlite.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Resource;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;

/** Which limits of a manifest are resource limits of a process. */
final class ResourceLimits {
  /** outer and init run as the script's user, and the kernel counts them too. */
  static final int OUR_PROCESSES = 2;

  private static final long SECOND = 1_000_000_000L;

  private ResourceLimits() {}

  static List<Step> steps(Limits limits, Map<Resource, Long> hardLimits) {
    List<Step> steps = new ArrayList<>();
    if (limits.get(LimitKind.CORE_SIZE).isEmpty()) {
      // Nobody asked for core dumps, and they would fill what the script may write to.
      steps.add(new Step.SetLimit(Resource.CORE, 0, Origin.ALWAYS));
    }
    for (Limit limit : limits.all()) {
      switch (limit.kind()) {
        // Private writable memory. Unlike RLIMIT_AS it leaves alone what a runtime reserves and does not use.
        case MEMORY -> add(steps, Resource.DATA, limit.value(), limit, hardLimits);
        case ADDRESS_SPACE -> add(steps, Resource.AS, limit.value(), limit, hardLimits);
        // Whole seconds are all that the kernel knows; the rest is judged when the script has ended.
        case CPU_TIME -> add(steps, Resource.CPU, Math.ceilDiv(limit.value(), SECOND), limit, hardLimits);
        case PROCESSES -> add(steps, Resource.NPROC, limit.value() + OUR_PROCESSES, limit, hardLimits);
        case OPEN_FILES -> add(steps, Resource.NOFILE, limit.value(), limit, hardLimits);
        case FILE_SIZE -> add(steps, Resource.FSIZE, limit.value(), limit, hardLimits);
        case STACK -> add(steps, Resource.STACK, limit.value(), limit, hardLimits);
        case CORE_SIZE -> add(steps, Resource.CORE, limit.value(), limit, hardLimits);
        case WALL_TIME, OUTPUT, DISK, CPUS -> {}
      }
    }
    return steps;
  }

  /** What the caller may not have the script may not have either: a lower limit of the caller's stays. */
  private static void add(
      List<Step> steps, Resource resource, long value, Limit limit, Map<Resource, Long> hardLimits) {
    long allowed = Math.min(value, hardLimits.getOrDefault(resource, Long.MAX_VALUE));
    steps.add(new Step.SetLimit(resource, allowed, limit.origin()));
  }
}
