package org.chrootlite.manifest;

import java.util.List;
import java.util.Map;
import org.chrootlite.diagnostic.Diagnostic;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.diagnostic.Severity;
import org.chrootlite.diagnostic.SourceText;
import org.chrootlite.model.Sandbox;

/**
 * What manifests say.
 *
 * @param sandboxes those that are right, in the order of files and lines; to be used only where nothing {@link
 *     #hasErrors()}
 * @param diagnostics all that is wrong, sorted by file and position
 * @param sources the texts that were read, by file, to show what diagnostics mean
 * @param leftOut documents that were passed over because they belong to another tool
 */
public record Reading(
    List<Sandbox> sandboxes,
    List<Diagnostic> diagnostics,
    Map<String, SourceText> sources,
    List<Position> leftOut) {
  /** Copies the collections. */
  public Reading {
    sandboxes = List.copyOf(sandboxes);
    diagnostics = List.copyOf(diagnostics);
    sources = Map.copyOf(sources);
    leftOut = List.copyOf(leftOut);
  }

  /** Whether anything is worse than a warning. */
  public boolean hasErrors() {
    return diagnostics.stream().anyMatch(diagnostic -> diagnostic.severity() == Severity.ERROR);
  }
}
