package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.chrootlite.model.Sha256;

/** Executables that are named by the SHA-256 of their content: written once, run often, never changed. */
public final class Launchers {
  private final Path directory;
  private final StateDirectory state;

  Launchers(Path directory, StateDirectory state) {
    this.directory = directory;
    this.state = state;
  }

  /**
   * The executable of this content, which is written when it is not there yet.
   *
   * <p>One that is there is trusted when its size is right. A killed writer leaves none under that name, as the rename
   * comes last; a power failure could cut a file short, but it was synced before; and who can write to this directory
   * is the one who runs the launcher.
   *
   * @return an executable that only its owner may read and run
   */
  public Path put(byte[] executable) throws IOException {
    Path file = directory.resolve(Sha256.of(executable));
    if (!isThere(file, executable.length)) {
      LockFile.Held lock = state.lock("launchers").exclusive("writing of a launcher");
      try (lock) {
        AtomicFile.removeLeftOvers(directory);
        if (!isThere(file, executable.length)) {
          AtomicFile.write(file, executable, PosixFilePermissions.fromString("r-x------"));
        }
      }
    }
    return file;
  }

  private static boolean isThere(Path file, long size) throws IOException {
    try {
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isRegularFile() && found.size() == size;
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
