package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What is in directories that only we write to. */
final class Entries {
  private Entries() {}

  /** The entries of a directory, sorted; none where it is not there. */
  static List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (NoSuchFileException e) {
      return names;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(names);
    return names;
  }

  /** A file, or a directory with all that is in it; somebody else may be at it too. */
  static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      for (String name : namesOfOwn(path)) {
        delete(path.resolve(name));
      }
    }
    Files.deleteIfExists(path);
  }

  /** The kernel's own directory in an overlay's work directory is closed to its owner, too. */
  private static List<String> namesOfOwn(Path directory) throws IOException {
    try {
      return names(directory);
    } catch (AccessDeniedException e) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      return names(directory);
    }
  }
}
