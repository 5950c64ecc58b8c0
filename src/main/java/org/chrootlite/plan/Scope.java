package org.chrootlite.plan;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What an apply speaks for.
 *
 * @param paths files and directories, absolute and free of links
 * @param prune whether what earlier applies of these paths made, and they no longer list, is deleted
 * @param unread manifests of applied sandboxes that were not read though they are there, such as hidden ones: what they
 *     list is not known
 */
public record Scope(List<Path> paths, boolean prune, Set<Path> unread) {
  /** Copies the collections. */
  public Scope {
    paths = List.copyOf(paths);
    unread = Set.copyOf(unread);
  }

  /** Where all manifests were read. */
  public Scope(List<Path> paths, boolean prune) {
    this(paths, prune, Set.of());
  }

  /** Whether a manifest is one of the paths, or below one, and not left unread. */
  public boolean contains(Path manifest) {
    return !unread.contains(manifest) && paths.stream().anyMatch(manifest::startsWith);
  }
}
