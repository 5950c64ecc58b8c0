package org.chrootlite.cgroup;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.model.Gap;

/** The control groups of this host, as far as the caller may use them. */
public final class ControlGroups {
  /** Where in a run's directory the links to its groups are, one for each hierarchy. */
  public static final String LINKS = "cgroup";

  private static final String GROUPS = "/proc/self/cgroup";
  private static final String MOUNTS = "/proc/self/mountinfo";
  private static final String SWAPS = "/proc/swaps";

  private final Version version;

  private ControlGroups(Version version) {
    this.version = version;
  }

  /** Reads which hierarchies there are, and where in them this process is. */
  public static ControlGroups find() throws IOException {
    return of(read(GROUPS), read(MOUNTS), read(SWAPS));
  }

  /** From the texts of {@code /proc/self/cgroup}, {@code /proc/self/mountinfo} and {@code /proc/swaps}. */
  static ControlGroups of(String groups, String mounts, String swaps) {
    // The first line of /proc/swaps is a heading.
    boolean swap = Mount.lines(swaps).size() > 1;
    List<Hierarchy> one = new ArrayList<>();
    List<Hierarchy> two = new ArrayList<>();
    boolean mounted = false;
    for (Hierarchy hierarchy : Hierarchy.parse(groups, Mount.parse(mounts))) {
      (hierarchy.version() == 1 ? one : two).add(hierarchy);
      mounted |= hierarchy.version() == 1 && hierarchy.mount().isPresent();
    }
    // Where both versions are in use, as systemd's "hybrid" has it, the controllers are with version 1.
    if (mounted || (two.isEmpty() && !one.isEmpty())) {
      return new ControlGroups(new VersionOne(one, swap));
    }
    return new ControlGroups(
        two.isEmpty()
            ? new Version.Neither(new Gap(GROUPS + " tells of no control groups", Remedies.NO_CGROUPS))
            : new VersionTwo(two.getFirst(), swap));
  }

  private static String read(String file) throws IOException {
    try (FileInputStream in = new FileInputStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What a group could do that is made now, without making one. */
  public Support support() throws IOException {
    return version.support();
  }

  /**
   * Makes a group.
   *
   * @param run the run's id, which names it
   * @param directory of the run, named by its id, where the links are put before the groups are made
   * @throws IOException when the kernel fails in a way that says nothing about the caller's rights
   */
  public Attempt make(String run, Path directory, Bounds bounds) throws IOException {
    if (!directory.endsWith(run)) {
      throw new IllegalArgumentException(directory + " is not named by the run " + run);
    }
    return version.make(directory, bounds);
  }

  /**
   * Kills and removes the groups that the links in a dead run's directory lead to; no links, no groups.
   *
   * @param directory of the run, named by its id
   */
  public static void removeLeftOver(Path directory) throws IOException {
    Links.of(directory).removeLeftOver(Mount.parse(read(MOUNTS)));
  }
}
