package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Is told of a run whose process was killed before the run was over. */
public interface DeadRun {
  /**
   * Ends what the run has left outside of its directory, which is there still unless it never began. Told first, and at
   * least once. Does nothing where there can be nothing.
   */
  default void clear(Path directory) throws IOException {}

  /**
   * Puts it on record. Told at least once: again when this fails, or when this process is killed before it has gone on.
   *
   * @param id of the run
   * @param job what {@link Runs#create} was given; cut short or empty after a power failure
   * @param kept what is kept of it, see {@link Runs#directory}: names in its directory, sorted
   */
  void found(String id, String job, List<String> kept) throws IOException;
}
