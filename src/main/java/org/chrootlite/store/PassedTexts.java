package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.model.Sha256;

/**
 * Remembers which texts have passed a check, as empty files that are named by the texts' digests.
 *
 * <p>Nothing is lost with it but time, so it never fails: where the disk is full, or the directory is not what it
 * should be, nothing is remembered. Who can write to it is the one who runs the check.
 */
public final class PassedTexts {
  /** When there are more, all are forgotten, and those that are still used are soon there again. */
  static final int MOST = 5000;

  private final Path directory;

  /** How many there were, and have come since; -1 while nobody has counted, as that takes a look at all of them. */
  private int number = -1;

  PassedTexts(Path directory) {
    this.directory = directory;
  }

  /**
   * Whether this text was added, and not forgotten since.
   *
   * @param digest 64 lower-case hexadecimal digits
   */
  public boolean contains(String digest) {
    return Files.isRegularFile(file(digest), LinkOption.NOFOLLOW_LINKS);
  }

  /** Adds a text, where that is possible. */
  public synchronized void add(String digest) {
    Path file = file(digest);
    try {
      StateDirectory.makePrivate(directory);
      forgetIfTooMany();
      Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      number++;
    } catch (IOException e) {
      // It will be checked again; or another process has added it first.
    }
  }

  private void forgetIfTooMany() throws IOException {
    if (number < 0) {
      number = known().size();
    }
    if (number >= MOST) {
      forget(known());
      number = 0;
    }
  }

  /** Forgets all. */
  public void clear() throws IOException {
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      forget(known());
    }
  }

  private List<Path> known() throws IOException {
    List<Path> known = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      files.forEach(known::add);
    }
    return known;
  }

  private static void forget(List<Path> known) throws IOException {
    for (Path file : known) {
      Files.deleteIfExists(file);
    }
  }

  private Path file(String digest) {
    if (!Sha256.isHex(digest)) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + digest);
    }
    return directory.resolve(digest);
  }
}
