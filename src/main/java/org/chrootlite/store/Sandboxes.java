package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.chrootlite.plan.Applied;

/** The index of what was applied. */
@SuppressWarnings("DoNotCallSuggester")
public final class Sandboxes {
  private final Path file;

  Sandboxes(Path file) {
    this.file = file;
  }

  /** All, sorted by name. */
  public List<Applied> all() throws IOException {
    throw new UnsupportedOperationException(file.toString());
  }

  /** The one of this name. */
  public Optional<Applied> named(String name) throws IOException {
    throw new UnsupportedOperationException(name);
  }

  /** Those that have a script of this name, sorted by their own names. */
  public List<Applied> withScript(String script) throws IOException {
    throw new UnsupportedOperationException(script);
  }

  /** Sandboxes whose layers are to be deleted, or half deleted, sorted by name. */
  public List<String> removing() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Replaces all of it at once, durably. The caller holds the lock {@code apply}. */
  public void replace(Collection<Applied> sandboxes, Collection<String> removing) throws IOException {
    throw new UnsupportedOperationException(sandboxes + " " + removing);
  }
}
