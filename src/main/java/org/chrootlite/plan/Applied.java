package org.chrootlite.plan;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.spec.Spec;

/**
 * A sandbox as it was applied, which is how it runs.
 *
 * @param contents of those scripts that are files, by the script's name
 * @param launchers digest of each script's launcher, by the script's name
 * @param layer what is kept of it between runs; empty where nothing is
 * @param since when it became what it is
 */
public record Applied(
    String name,
    Spec spec,
    Source source,
    SortedMap<String, Content> contents,
    SortedMap<String, String> launchers,
    Optional<Layer> layer,
    Instant since) {
  /** Copies the maps. */
  public Applied {
    contents = Collections.unmodifiableSortedMap(new TreeMap<>(contents));
    launchers = Collections.unmodifiableSortedMap(new TreeMap<>(launchers));
  }
}
