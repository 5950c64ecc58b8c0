package org.chrootlite.cgroup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.linux.Controller;

/**
 * A tree of control groups that this process is in; see cgroups(7), "/proc files".
 *
 * @param version 1 or 2
 * @param controllers for version 1, those of ours that it has; for version 2 none, as each group has its own
 * @param mount where it is seen; empty where it is not mounted
 * @param own the directory of this process's group; empty where no mount shows it
 */
record Hierarchy(int version, Set<Controller> controllers, Optional<Mount> mount, Optional<Path> own) {
  private static final String DELETED = " (deleted)";

  Hierarchy {
    controllers = controllers.isEmpty() ? Set.of() : Set.copyOf(controllers);
  }

  /** The name of the link to a group in it. */
  String link() {
    return version == 2 ? "unified" : first().id();
  }

  /** The first of our controllers, in the order of {@link Controller}. */
  private Controller first() {
    return EnumSet.copyOf(controllers).iterator().next();
  }

  /**
   * All hierarchies that have something for us.
   *
   * @param cgroup the text of {@code /proc/self/cgroup}: lines of {@code id:controllers:path}
   */
  static List<Hierarchy> parse(String cgroup, List<Mount> mounts) {
    List<Hierarchy> all = new ArrayList<>();
    for (String line : Mount.lines(cgroup)) {
      int names = line.indexOf(':');
      int path = line.indexOf(':', names + 1);
      if (names < 0 || path < 0) {
        continue;
      }
      List<String> controllers = Mount.split(line.substring(names + 1, path), ',');
      String own = line.substring(path + 1);
      if (line.startsWith("0::")) {
        all.add(of(2, Set.of(), own, mounts));
      } else {
        Set<Controller> ours = EnumSet.noneOf(Controller.class);
        for (Controller controller : Controller.values()) {
          if (controllers.contains(controller.id())) {
            ours.add(controller);
          }
        }
        if (!ours.isEmpty()) {
          all.add(of(1, ours, own, mounts));
        }
      }
    }
    return all;
  }

  /**
   * Of several mounts of a hierarchy the one to use shows our own group, is writable, and shows most of what is above.
   */
  private static Hierarchy of(int version, Set<Controller> controllers, String path, List<Mount> mounts) {
    Optional<Mount> best = Optional.empty();
    for (Mount mount : mounts) {
      if (isOf(version, controllers, mount)
          && mount.isVisible(mounts)
          && (best.isEmpty() || isBetter(mount, best.get(), path))) {
        best = Optional.of(mount);
      }
    }
    return new Hierarchy(version, controllers, best, best.flatMap(mount -> place(path, mount)));
  }

  private static boolean isOf(int version, Set<Controller> controllers, Mount mount) {
    if (version == 2) {
      return mount.type().equals("cgroup2");
    }
    // A controller is in one hierarchy only: any of them tells which it is.
    return mount.type().equals("cgroup") && mount.options().contains(controllers.iterator().next().id());
  }

  private static boolean isBetter(Mount mount, Mount best, String path) {
    boolean shows = place(path, mount).isPresent();
    boolean bestShows = place(path, best).isPresent();
    if (shows != bestShows) {
      return shows;
    }
    if (mount.readOnly() != best.readOnly()) {
      return best.readOnly();
    }
    return mount.root().length() < best.root().length();
  }

  /**
   * Where a mount shows a group. Both the group and the mount's root are told as seen from the root of our cgroup
   * namespace; what is outside of it begins with {@code /..}, and nothing tells how it is called from there.
   */
  private static Optional<Path> place(String path, Mount mount) {
    String root = mount.root();
    if (root.startsWith("/..") || path.startsWith("/..") || path.endsWith(DELETED) || !path.startsWith("/")) {
      return Optional.empty();
    }
    if (root.equals("/")) {
      return Optional.of(path.equals("/") ? mount.point() : mount.point().resolve(path.substring(1)));
    }
    if (path.equals(root)) {
      return Optional.of(mount.point());
    }
    return path.startsWith(root + "/")
        ? Optional.of(mount.point().resolve(path.substring(root.length() + 1)))
        : Optional.empty();
  }
}
