package org.chrootlite.compile;

import java.util.Map;

/**
 * Where paths of a sandbox lie in its finished root, with no link on the way.
 *
 * @param byPath absolute paths, by the path that the manifest gives; a path that is not here lies where its name says
 */
public record Places(Map<String, String> byPath) {
  /** A root without links. */
  public static final Places LITERAL = new Places(Map.of());

  /** Copies the map. */
  public Places {
    byPath = Map.copyOf(byPath);
  }

  /** The place of a path. */
  public String of(String path) {
    return byPath.getOrDefault(path, path);
  }
}
