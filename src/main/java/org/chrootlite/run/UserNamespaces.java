package org.chrootlite.run;

import java.util.Optional;
import java.util.Set;
import org.chrootlite.linux.Namespace;
import org.chrootlite.model.Gap;

/** Why namespaces cannot be made, or not be used: each distribution has a switch of its own. */
record UserNamespaces(HostSettings settings) {
  private static final String DEBIAN = "kernel.unprivileged_userns_clone";
  private static final String UBUNTU = "kernel.apparmor_restrict_unprivileged_userns";

  /** As many as most kernels allow by themselves, or more. */
  private static final String PLENTY = "15000";

  /** ENOSPC: there may be no more of them. */
  Gap exhausted(Set<Namespace> kinds) {
    for (Namespace kind : kinds) {
      Optional<Gap> gap = switchedOff(kind.label(), fileName(kind));
      if (gap.isPresent()) {
        return gap.get();
      }
    }
    return tooMany();
  }

  /** The same for a kind of namespace that its file is called by. */
  Gap exhausted(String kind) {
    return switchedOff(kind, kind).orElseGet(UserNamespaces::tooMany);
  }

  private Optional<Gap> switchedOff(String kind, String fileName) {
    String name = "user.max_" + fileName + "_namespaces";
    return settings.is(file(name), "0")
        ? Optional.of(new Gap(kind + " namespaces are switched off: " + name + " is 0", set(name, PLENTY)))
        : Optional.empty();
  }

  private static Gap tooMany() {
    return new Gap(
        "no more namespaces are allowed, here or in the user namespace that this is in",
        "raise user.max_*_namespaces (see /proc/sys/user), or end what holds so many");
  }

  /** EPERM or EACCES: a user namespace is refused. */
  Gap refused() {
    if (settings.is(file(DEBIAN), "0")) {
      return new Gap(
          "unprivileged user namespaces are switched off: " + DEBIAN + " is 0", set(DEBIAN, "1"));
    }
    Optional<Gap> byAppArmor = byAppArmor();
    if (byAppArmor.isPresent()) {
      return byAppArmor.get();
    }
    Optional<Gap> filter = new Confinement(settings).filter();
    if (filter.isPresent()) {
      return filter.get();
    }
    if (isChroot()) {
      return new Gap("this is a chroot, in which nobody may make a user namespace", "use it outside of the chroot");
    }
    return new Gap(
        "unprivileged user namespaces are not allowed here",
        "sudo sysctl -w " + DEBIAN + "=1 (Debian), sudo sysctl -w " + UBUNTU + "=0 (Ubuntu), or in a container run it"
            + " with --security-opt seccomp=unconfined");
  }

  /** Ubuntu's restriction, where it is in force. */
  Optional<Gap> byAppArmor() {
    return settings.is(file(UBUNTU), "1")
        ? Optional.of(
            new Gap("AppArmor restricts unprivileged user namespaces: " + UBUNTU + " is 1", set(UBUNTU, "0")))
        : Optional.empty();
  }

  /** Its root is no mount point then. */
  private boolean isChroot() {
    Optional<String> mounts = settings.read("/proc/self/mountinfo");
    if (mounts.isEmpty()) {
      return false;
    }
    for (String line : mounts.get().split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 4 && fields[4].equals("/")) {
        return false;
      }
    }
    return true;
  }

  private static String set(String name, String value) {
    return "sudo sysctl -w %s=%s; to keep it: echo '%s = %s' | sudo tee /etc/sysctl.d/60-chroot-lite.conf"
        .formatted(name, value, name, value);
  }

  private static String file(String name) {
    return "/proc/sys/" + name.replace('.', '/');
  }

  private static String fileName(Namespace kind) {
    return switch (kind) {
      case USER, PID, IPC, UTS, CGROUP -> kind.label();
      case MOUNT -> "mnt";
      case NETWORK -> "net";
    };
  }
}
