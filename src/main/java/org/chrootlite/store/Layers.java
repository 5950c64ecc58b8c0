package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.chrootlite.plan.Damage;

/** What sandboxes keep between runs. */
@SuppressWarnings("DoNotCallSuggester")
public final class Layers {
  private final Path directory;
  private final StateDirectory state;

  Layers(Path directory, StateDirectory state) {
    this.directory = directory;
    this.state = state;
  }

  /**
   * How much room a layer takes on the disk.
   *
   * @param bytes allocated to all that could be looked at
   * @param whole false where there may be more, as some of it could not be looked at
   */
  public record Usage(long bytes, boolean whole) {}

  /** The directory of a sandbox's layer, with {@code upper} and {@code work} in it; it need not exist. */
  public Path of(String sandbox) {
    return directory.resolve(sandbox);
  }

  /** Names of the sandboxes that have layers, those that no index knows included. */
  public SortedSet<String> names() throws IOException {
    throw new UnsupportedOperationException(directory.toString());
  }

  /** Makes an empty layer. */
  public void create(String sandbox, long uid) throws IOException {
    throw new UnsupportedOperationException(sandbox + uid);
  }

  /** What has happened to a layer. */
  public Optional<Damage> check(String sandbox, long uid) throws IOException {
    throw new UnsupportedOperationException(sandbox + uid);
  }

  /** Makes a layer what it should be, and loses nothing of what is kept in it. */
  public void repair(String sandbox, long uid) throws IOException {
    throw new UnsupportedOperationException(sandbox + uid);
  }

  /** How much room a layer takes. */
  public Usage usage(String sandbox) throws IOException {
    throw new UnsupportedOperationException(sandbox);
  }

  /** A user id for a new layer. */
  public long freeUid(Set<Long> used) throws IOException {
    throw new UnsupportedOperationException(used.toString());
  }

  /** Deletes a layer. */
  public void remove(String sandbox) throws IOException {
    Removal.delete(of(sandbox), state.trash());
  }
}
