package org.chrootlite.cgroup;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.linux.Controller;
import org.chrootlite.model.Gap;

/** What groups of the caller can do on this host. */
public sealed interface Support {
  /**
   * There can be groups.
   *
   * @param version 1 or 2
   * @param controllers those that a group has; others are missing
   * @param missing why not all of them; empty where none is missing
   * @param swap why a bound of memory does not hold for swap; empty where it does, or the host has none
   * @param entrances files that a process writes "0" to in order to join, relative to the run's directory
   */
  record Groups(
      int version, Set<Controller> controllers, Optional<Gap> missing, Optional<Gap> swap, List<String> entrances)
      implements Support {
    /** Copies the collections. */
    public Groups {
      controllers = controllers.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(controllers));
      entrances = List.copyOf(entrances);
    }
  }

  /** There can be none. */
  record None(Gap gap) implements Support {}
}
