package org.chrootlite.run;

import java.util.Optional;
import org.chrootlite.compile.step.Step;
import org.chrootlite.model.Gap;

/** What this process is confined by, as in a container. */
record Confinement(HostSettings settings) {
  private static final int SYS_ADMIN = 21;

  /** A filter of system calls, if one is in force. */
  Optional<Gap> filter() {
    return status("Seccomp:").filter("2"::equals).isPresent()
        ? Optional.of(
            new Gap(
                "a filter of system calls is in force here (Seccomp: 2 in /proc/self/status), as in a container",
                "run the container with --security-opt seccomp=unconfined; a systemd service without"
                    + " SystemCallFilter= and RestrictNamespaces="))
        : Optional.empty();
  }

  /** Whether root is only that of a user namespace, which has no other users, and no right to the host's mounts. */
  Optional<Gap> ofNamespacesRoot() {
    boolean isRoot = status("Uid:").filter(ids -> ids.startsWith("0\t")).isPresent();
    return isRoot && !isOfWholeHost()
        ? Optional.of(
            new Gap(
                "this root is that of a user namespace (see /proc/self/uid_map), which has no users for its runs",
                "run it as an ordinary user there (docker run --user 1000, podman run --user 1000, unshare without"
                    + " -r)"))
        : Optional.empty();
  }

  private boolean isOfWholeHost() {
    return settings.read("/proc/self/uid_map").map(map -> map.endsWith("4294967295")).orElse(true);
  }

  /** Why a step is refused that the kernel allows by itself; empty where nothing is known. */
  Optional<Gap> of(Step step) {
    boolean isRoots = step instanceof Step.TakeTree || step instanceof Step.OpenOwnerMap;
    if (isRoots && status("Uid:").filter(ids -> ids.startsWith("0\t")).isPresent() && lacksAdministration()) {
      return Optional.of(
          new Gap(
              "this root has no CAP_SYS_ADMIN (see CapEff in /proc/self/status), as in a container",
              "run it as an ordinary user there (docker run --user 1000), or with --cap-add SYS_ADMIN"));
    }
    Optional<Gap> filter = filter();
    return filter.isPresent() ? filter : profile();
  }

  private Optional<Gap> profile() {
    String label = settings.read("/proc/self/attr/current").orElse("").replace("\0", "");
    if (label.endsWith(" (enforce)")) {
      return Optional.of(
          new Gap(
              "the AppArmor profile " + label.substring(0, label.indexOf(" (")) + " is in force here",
              "run the container with --security-opt apparmor=unconfined"));
    }
    if (label.contains(":container_t:")) {
      return Optional.of(
          new Gap("SELinux confines this container: " + label, "run it with --security-opt label=disable"));
    }
    return Optional.empty();
  }

  private boolean lacksAdministration() {
    return status("CapEff:").map(set -> (Long.parseUnsignedLong(set, 16) >> SYS_ADMIN & 1) == 0).orElse(false);
  }

  /** A line of proc_pid_status(5). */
  private Optional<String> status(String field) {
    for (String line : settings.read("/proc/self/status").orElse("").split("\n", -1)) {
      if (line.startsWith(field)) {
        return Optional.of(line.substring(field.length()).strip());
      }
    }
    return Optional.empty();
  }
}
