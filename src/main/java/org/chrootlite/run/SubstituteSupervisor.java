package org.chrootlite.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.chrootlite.compile.Launcher;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor that is stopped without being a process: a file that tells init a state. It lets the one process that
 * supervises a run find out whether the script would stop with it. For one run.
 */
public final class SubstituteSupervisor {
  private @Nullable Path file;

  /** Reports that the supervisor is stopped. */
  public void stop() throws IOException {
    tell('T');
  }

  /** Reports that the supervisor goes on. */
  public void resume() throws IOException {
    tell('S');
  }

  void placeIn(Path directory) throws IOException {
    file = directory.resolve(Launcher.SUPERVISOR);
    resume();
  }

  /** Written in one piece over what was there, so that no reader finds the file empty. */
  private void tell(char state) throws IOException {
    if (file == null) {
      throw new IllegalStateException("the run has not started");
    }
    byte[] text = ("1 (substitute) " + state + " ").getBytes(StandardCharsets.US_ASCII);
    Files.write(file, text, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
