package org.chrootlite.spec;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a sandbox is, without where that is written.
 *
 * @param tree the keys of a manifest; values are text, whole numbers, truth values, lists, and trees
 */
public record Spec(SortedMap<String, Object> tree) {
  /** Copies the uppermost level. */
  public Spec {
    tree = Collections.unmodifiableSortedMap(new TreeMap<>(tree));
  }
}
