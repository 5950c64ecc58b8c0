package org.chrootlite.plan;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is there.
 *
 * @param sandboxes all that were applied, sorted by name
 * @param templates the states of those that the sandboxes, or the manifests, name
 * @param vanished manifests of applied sandboxes that are not there any more
 */
public record Observed(List<Found> sandboxes, SortedMap<String, TemplateState> templates, Set<Path> vanished) {
  /** Copies the collections. */
  public Observed {
    sandboxes = List.copyOf(sandboxes);
    templates = Collections.unmodifiableSortedMap(new TreeMap<>(templates));
    vanished = Set.copyOf(vanished);
  }

  /** Where all manifests are still there. */
  public Observed(List<Found> sandboxes, SortedMap<String, TemplateState> templates) {
    this(sandboxes, templates, Set.of());
  }

  /**
   * An applied sandbox, and how it fares.
   *
   * @param launchers what happened to launchers, by the script's name; whole ones are not named
   * @param contents what happened to stored files of scripts, likewise
   * @param layer what happened to its layer; empty where that is whole, or where it has none
   */
  public record Found(
      Applied applied,
      SortedMap<String, Damage> launchers,
      SortedMap<String, Damage> contents,
      Optional<Damage> layer) {
    /** Copies the maps. */
    public Found {
      launchers = Collections.unmodifiableSortedMap(new TreeMap<>(launchers));
      contents = Collections.unmodifiableSortedMap(new TreeMap<>(contents));
    }
  }
}
