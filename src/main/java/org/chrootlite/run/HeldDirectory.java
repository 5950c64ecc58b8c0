package org.chrootlite.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;

/** Directories that are held open: what is opened relative to one is in it, wherever its path leads to by now. */
final class HeldDirectory {
  private HeldDirectory() {}

  /** Opens one; on Linux all can be held. */
  @SuppressWarnings("StreamResourceLeak") // It is the caller's to close.
  static SecureDirectoryStream<Path> open(Path path) throws IOException {
    DirectoryStream<Path> opened = Files.newDirectoryStream(path);
    if (opened instanceof SecureDirectoryStream<Path> held) {
      return held;
    }
    opened.close();
    throw new IOException("directories cannot be held open on this system");
  }
}
