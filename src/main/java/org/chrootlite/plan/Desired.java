package org.chrootlite.plan;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.spec.Spec;

/**
 * A sandbox as a manifest asks for it.
 *
 * @param contents of those scripts that are files, by the script's name
 * @param launchers digest of each script's launcher, by the script's name; empty where that cannot be known before the
 *     rootfs is prepared
 */
public record Desired(
    String name,
    Spec spec,
    Source source,
    SortedMap<String, Content> contents,
    Optional<SortedMap<String, String>> launchers) {
  /** Copies the maps. */
  public Desired {
    contents = Collections.unmodifiableSortedMap(new TreeMap<>(contents));
    launchers = launchers.map(map -> Collections.unmodifiableSortedMap(new TreeMap<>(map)));
  }

  /** The same, with launchers that are known. */
  public Desired with(SortedMap<String, String> known) {
    return new Desired(name, spec, source, contents, Optional.of(known));
  }
}
