package org.chrootlite.plan;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a sandbox is written.
 *
 * @param manifest absolute, free of links
 * @param line of the sandbox's name in it, from 1
 * @param digest SHA-256 of the whole file, in hexadecimal digits
 * @param revision of the manifest, such as {@code git:1a2b3c4 (clean)}; empty where it is in no repository
 * @param lines of the manifest, from 1, by the setting that is written there, such as {@code limits.memory}
 */
public record Source(
    Path manifest, int line, String digest, Optional<String> revision, SortedMap<String, Integer> lines) {
  /** Copies the map. */
  public Source {
    lines = Collections.unmodifiableSortedMap(new TreeMap<>(lines));
  }

  /** Written out, as each run compares: the one of a record is put together at its first call, which takes 10 ms. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Source source
        && manifest.equals(source.manifest)
        && line == source.line
        && digest.equals(source.digest)
        && revision.equals(source.revision)
        && lines.equals(source.lines);
  }

  @Override
  public int hashCode() {
    return Objects.hash(manifest, line, digest, revision, lines);
  }
}
