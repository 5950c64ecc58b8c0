package org.chrootlite.compile;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the host's mount table says of the sources of read-only mounts.
 *
 * @param shared sources, and mount points below them, that no overlay can be laid over: the run gets the host's own
 *     inodes
 * @param below mount points below a source, an outer one before those in it: an overlay does not cross them
 * @param noExec sources, and mount points below them, from which the host executes no programs
 */
public record HostMounts(Set<Path> shared, Map<Path, List<Path>> below, Set<Path> noExec) {
  /** All sources lie in plain file systems. */
  public static final HostMounts PLAIN = new HostMounts(Set.of(), Map.of(), Set.of());

  /** Copies the collections. */
  public HostMounts {
    shared = Set.copyOf(shared);
    below = Map.copyOf(below);
    noExec = Set.copyOf(noExec);
  }
}
