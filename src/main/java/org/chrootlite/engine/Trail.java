package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import org.chrootlite.audit.HistoryReader;
import org.chrootlite.host.HostUser;
import org.chrootlite.store.StateDirectory;

/** The way to the history for commands that only read it. */
public final class Trail {
  private Trail() {}

  /**
   * The history of a state directory, which is not made where there is none.
   *
   * @throws IOException when the directory is somebody else's, or was written by a newer program
   */
  public static HistoryReader of(Path home) throws IOException {
    StateDirectory.existing(home, HostUser.current().uid());
    return HistoryReader.of(home);
  }
}
