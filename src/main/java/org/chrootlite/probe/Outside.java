package org.chrootlite.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The host's view of the processes of a {@linkplain PresenceProbe presence probe}.
 *
 * @param statuses {@code /proc/PID/status} of each while they ran
 * @param stopsWithSupervisor whether all of them stopped when their supervisor was
 * @param resumesWithSupervisor whether all of them went on when their supervisor did
 * @param survivors how many processes of the run were there when it was over
 */
public record Outside(
    List<String> statuses, boolean stopsWithSupervisor, boolean resumesWithSupervisor, int survivors) {
  /** What a line of an empty set has. */
  static final Optional<List<String>> NO_CAPABILITIES = Optional.of(List.of("0000000000000000"));

  /** The script and its daemon. */
  private static final int PROCESSES = 2;

  /** Copies the list. */
  public Outside {
    statuses = List.copyOf(statuses);
  }

  /** The host identity of the script. */
  List<Guarantee.Tried> user() {
    List<Guarantee.Tried> tried = new ArrayList<>();
    for (String field : List.of("Uid", "Gid")) {
      TreeSet<String> ids = new TreeSet<>();
      statuses.forEach(status -> ids.addAll(KernelFormats.field(status, field).orElse(List.of())));
      boolean holds = !ids.isEmpty() && !ids.contains("0");
      String told = ids.isEmpty() ? "not seen" : String.join(" ", ids);
      tried.add(new Guarantee.Tried(field.toLowerCase(Locale.ROOT) + " on the host", told, holds));
    }
    return tried;
  }

  /** The capabilities of the script in /proc of the host. */
  List<Guarantee.Tried> capabilities() {
    boolean none =
        !statuses.isEmpty()
            && statuses.stream().allMatch(status -> KernelFormats.field(status, "CapEff").equals(NO_CAPABILITIES));
    return List.of(new Guarantee.Tried("seen from the host", none ? "none" : "some, or not seen", none));
  }

  /** Whether its processes stop while nothing watches them. */
  List<Guarantee.Tried> supervision() {
    if (statuses.size() < PROCESSES) {
      return List.of(new Guarantee.Tried("stop the supervisor", "not seen", false));
    }
    return List.of(
        new Guarantee.Tried(
            "stop the supervisor", stopsWithSupervisor ? "stops" : "goes on", stopsWithSupervisor),
        new Guarantee.Tried(
            "resume the supervisor", resumesWithSupervisor ? "goes on" : "stays stopped", resumesWithSupervisor));
  }

  /** Whether the daemon of the script ended with the run. */
  List<Guarantee.Tried> lifetime() {
    if (statuses.size() < PROCESSES) {
      return List.of(new Guarantee.Tried("daemon", "not seen", false));
    }
    String told = survivors == 0 ? "gone" : survivors + " left";
    return List.of(new Guarantee.Tried("daemon when the script has ended", told, survivors == 0));
  }
}
