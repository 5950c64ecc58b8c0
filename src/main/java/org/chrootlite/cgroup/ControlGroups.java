package org.chrootlite.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.chrootlite.model.Gap;

/** The control groups of this host, as far as the caller may use them. */
public final class ControlGroups {
  /** Where in a run's directory the links to its groups are, one for each hierarchy. */
  public static final String LINKS = "cgroup";

  private ControlGroups() {}

  /** Reads which hierarchies there are, and where in them this process is. */
  public static ControlGroups find() throws IOException {
    return new ControlGroups();
  }

  /** What a group could do that is made now, without making one. */
  public Support support() {
    return new Support.None(new Gap("groups are not made yet", "wait"));
  }

  /** The files by which a process will join a group that is made now; see {@link Group#entrances()}. */
  public List<String> entrances() {
    return List.of();
  }

  /**
   * Makes a group.
   *
   * @param run the run's id, which names it
   * @param directory of the run, where the links are put before the groups are made
   */
  public Attempt make(String run, Path directory, Bounds bounds) throws IOException {
    return new Attempt.Refused(new Gap("groups are not made yet", "wait"));
  }

  /** Kills and removes the groups that the links in a dead run's directory lead to; no links, no groups. */
  public static void removeLeftOver(Path directory) throws IOException {}
}
