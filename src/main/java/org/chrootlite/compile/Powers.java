package org.chrootlite.compile;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.linux.Controller;
import org.chrootlite.model.Gap;

/**
 * What limits of a run can be kept by on this host.
 *
 * @param group the run's control group, or why it has none
 * @param processes why RLIMIT_NPROC would count more than the run's own processes; empty where it does not
 */
public record Powers(Group group, Optional<Gap> processes) {
  /** A run's control group. */
  public sealed interface Group {
    /**
     * There is one.
     *
     * @param means {@link Means#CGROUP_V1} or {@link Means#CGROUP_V2}
     * @param missing why it does not have all controllers; empty where it has
     * @param swap why its bound of memory does not hold for swap; empty where it does
     * @param entrances files, relative to the run's directory, that a process writes "0" to in order to join
     */
    record Joined(
        Means means, Set<Controller> controllers, Optional<Gap> missing, Optional<Gap> swap, List<String> entrances)
        implements Group {
      /** Copies the collections. */
      public Joined {
        controllers = Set.copyOf(controllers);
        entrances = List.copyOf(entrances);
      }
    }

    /** There is none. */
    record None(Gap gap) implements Group {}
  }

  /** Whether the run's group has this controller. */
  boolean has(Controller controller) {
    return group instanceof Group.Joined joined && joined.controllers().contains(controller);
  }

  /** Files to write "0" to, in order to join the group; none where there is none. */
  List<String> entrances() {
    return switch (group) {
      case Group.Joined joined -> joined.entrances();
      case Group.None none -> List.of();
    };
  }
}
