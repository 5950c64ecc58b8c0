package org.chrootlite.cgroup;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.chrootlite.linux.Controller;

/**
 * A group of version 2 that the group of a run could be made in, as it is now.
 *
 * @param available controllers that it has
 * @param enabled those that groups in it have
 * @param open whether the caller may make groups in it, and move processes of its own into them
 * @param controllable whether it may enable controllers
 * @param root whether it is the root of the whole hierarchy, where processes are no obstacle to controllers
 * @param occupied whether it has processes itself. Then the kernel enables no controllers for groups in it: processes
 *     would compete with groups; see cgroups(7), "no internal processes" rule
 * @param ours whether its processes may be moved out of the way
 */
record Place(
    Path path,
    Set<Controller> available,
    Set<Controller> enabled,
    boolean open,
    boolean controllable,
    boolean root,
    boolean occupied,
    boolean ours) {
  static final String CONTROL = "cgroup.subtree_control";

  /** What systemd marks with an extended attribute, user.delegate, from its version 251 on, for Linux 5.7 and newer. */
  private static final String DELEGATED = "delegate";

  Place {
    available = available.isEmpty() ? Set.of() : Set.copyOf(available);
    enabled = enabled.isEmpty() ? Set.of() : Set.copyOf(enabled);
  }

  /**
   * Looks at a group.
   *
   * @param top where the hierarchy is mounted
   */
  static Place look(Path path, Path top) throws IOException {
    GroupDirectory group = new GroupDirectory(path);
    return new Place(
        path,
        controllers(group, "cgroup.controllers"),
        controllers(group, CONTROL),
        group.isWritable("") && group.isWritable(GroupDirectory.PROCESSES),
        group.isWritable(CONTROL),
        !group.has("cgroup.type"),
        isOccupied(group),
        isOurs(group, top));
  }

  /** Whether it was given to the caller, to do with as it likes. */
  private static boolean isOurs(GroupDirectory group, Path top) throws IOException {
    Path parent = group.path().getParent();
    // What is mounted is all that a container has. And who owns a group, but not the one above, was given it. In the
    // units that systemd has not delegated it would take our controllers away again.
    return group.path().equals(top)
        || (parent != null && !new GroupDirectory(parent).isWritable(""))
        || isDelegated(group.path());
  }

  private static boolean isDelegated(Path path) throws IOException {
    UserDefinedFileAttributeView attributes = Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
    try {
      return attributes != null && attributes.size(DELEGATED) > 0;
    } catch (FileSystemException e) {
      return false; // no such attribute, or none at all
    }
  }

  private static boolean isOccupied(GroupDirectory group) {
    try {
      return !group.read(GroupDirectory.PROCESSES).isEmpty();
    } catch (IOException e) {
      return true; // a group of threads, whose processes the kernel does not tell: it enables nothing here
    }
  }

  /** Those of ours in a file with names between blanks. */
  static Set<Controller> controllers(GroupDirectory group, String file) throws IOException {
    List<String> names = Mount.split(group.read(file).strip(), ' ');
    Set<Controller> controllers = EnumSet.noneOf(Controller.class);
    for (Controller controller : Controller.values()) {
      if (names.contains(controller.id())) {
        controllers.add(controller);
      }
    }
    return controllers;
  }

  /**
   * The controllers that a group made here will have. CPU time is always counted; version 2 has no controller for it.
   *
   * @param moving whether processes in the way are moved
   */
  Set<Controller> promises(boolean moving) {
    Set<Controller> promised = EnumSet.of(Controller.CPUACCT);
    promised.addAll(enabled);
    if (controllable && (root || !occupied || (moving && ours))) {
      promised.addAll(available);
    }
    return promised;
  }

  /** Whether controllers come only if its processes are moved. */
  boolean isBlocked() {
    return controllable && occupied && !root && !enabled.containsAll(available);
  }
}
