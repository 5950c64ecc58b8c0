package org.chrootlite.plan;

import java.nio.file.Path;
import java.util.List;

/**
 * What an apply speaks for.
 *
 * @param paths files and directories, absolute and free of links
 * @param prune whether what earlier applies of these paths made, and they no longer list, is deleted
 */
public record Scope(List<Path> paths, boolean prune) {
  /** Copies the list. */
  public Scope {
    paths = List.copyOf(paths);
  }

  /** Whether a manifest is one of the paths, or below one. */
  public boolean contains(Path manifest) {
    return paths.stream().anyMatch(manifest::startsWith);
  }
}
