package org.chrootlite.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What was seen of a {@linkplain PresenceProbe probe's} processes from the host.
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

  /** Who the script is on the host. */
  List<Guarantee.Tried> user() {
    List<Guarantee.Tried> tried = new ArrayList<>();
    for (String field : List.of("Uid", "Gid")) {
      TreeSet<String> ids = new TreeSet<>();
      statuses.forEach(status -> ids.addAll(Texts.field(status, field).orElse(List.of())));
      boolean holds = !ids.isEmpty() && !ids.contains("0");
      String told = ids.isEmpty() ? "not seen" : String.join(" ", ids);
      tried.add(new Guarantee.Tried(field.toLowerCase(Locale.ROOT) + " on the host", told, holds));
    }
    return tried;
  }

  /** What it may do, as the host sees it. */
  List<Guarantee.Tried> capabilities() {
    boolean none =
        !statuses.isEmpty()
            && statuses.stream().allMatch(status -> Texts.field(status, "CapEff").equals(NO_CAPABILITIES));
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

  /** What became of its daemon. */
  List<Guarantee.Tried> lifetime() {
    if (statuses.size() < PROCESSES) {
      return List.of(new Guarantee.Tried("daemon", "not seen", false));
    }
    String told = survivors == 0 ? "gone" : survivors + " left";
    return List.of(new Guarantee.Tried("daemon when the script has ended", told, survivors == 0));
  }
}
