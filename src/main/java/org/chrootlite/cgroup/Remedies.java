package org.chrootlite.cgroup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a host's owner, or the caller, can do where groups cannot be made or lack something. */
final class Remedies {
  /** Where a container's runtime has mounted them read-only, which all do unless they are told. */
  static final String READ_ONLY =
      "in a container of Docker 28 or newer, start it with --security-opt writable-cgroups=true, of Podman with"
          + " --security-opt unmask=/sys/fs/cgroup, of older ones with --privileged; else, as root, run"
          + " mount -o remount,rw on the mount point";

  static final String SWAP =
      "run swapoff -a as root, or boot with the kernel parameter swapaccount=1";

  static final String NO_CGROUPS = "use a kernel with CONFIG_CGROUPS, CONFIG_MEMCG, CONFIG_CGROUP_PIDS and"
      + " CONFIG_CFS_BANDWIDTH, as those of all distributions are";

  static final String OUTSIDE =
      "start the container with a cgroup namespace of its own, in Docker and Podman with --cgroupns=private";

  static final String MOUNT_TWO = "mount them as root: mount -t cgroup2 none /sys/fs/cgroup";

  private Remedies() {}

  /** For who has a systemd of their own, and for root. */
  static String delegate() {
    return "start chroot-lite, or a shell for it, in a scope that systemd (251 or newer) delegates, in a login session"
        + " of your own: systemd-run --user --scope -p Delegate=yes chroot-lite ...; as root without --user";
  }

  /** Where a group was delegated, but not with these controllers. */
  static String delegate(String controllers) {
    return "let systemd delegate "
        + controllers
        + " to users, as root: mkdir -p /etc/systemd/system/user@.service.d && printf"
        + " '[Service]\\nDelegate=cpu cpuset io memory pids\\n' > /etc/systemd/system/user@.service.d/delegate.conf"
        + " && systemctl daemon-reload, log in again, and "
        + delegate();
  }

  /** Where the whole host does without controllers. */
  static String boot(List<String> controllers) {
    List<String> parameters = new ArrayList<>();
    for (String controller : controllers) {
      parameters.add("cgroup_enable=" + controller);
    }
    return "boot with the kernel parameters "
        + String.join(" ", parameters)
        + " and none of cgroup_disable, and use no hierarchies of version 1, which take controllers from version 2";
  }

  static String notMounted(String controller) {
    return "mount it as root: mkdir -p /sys/fs/cgroup/%1$s && mount -t cgroup -o %1$s cgroup /sys/fs/cgroup/%1$s"
        .formatted(controller);
  }

  /** For version 1, which has no way to delegate but that root gives away directories. */
  static String giveAway(List<Path> parents) {
    StringBuilder command = new StringBuilder("run in your shell, once: for d in");
    for (Path parent : parents) {
      command.append(' ').append(quoted(parent));
    }
    return command
        .append("; do sudo mkdir -p \"$d/user-$(id -u)\" && sudo chown -R \"$(id -u)\" \"$d/user-$(id -u)\"")
        .append(" && echo $$ | sudo tee \"$d/user-$(id -u)/cgroup.procs\" > /dev/null; done")
        .toString();
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }
}
