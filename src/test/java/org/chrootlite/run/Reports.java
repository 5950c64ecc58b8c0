package org.chrootlite.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chrootlite.compile.Launcher;

/** What launchers reported that a test started without a supervisor. */
public final class Reports {
  private Reports() {}

  /** Reads the status file of a launcher. */
  public static Report read(Path status, Launcher launcher) throws IOException {
    return Report.parse(Files.readAllBytes(status), launcher);
  }
}
