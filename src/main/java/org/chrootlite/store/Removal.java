package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Deletes trees that untrusted code has written.
 *
 * <p>A tree is renamed into a trash directory first: it is gone from its place at once and as a whole, and whoever
 * empties the trash goes on where a killed process stopped. There each directory that is not empty is renamed up to the
 * trash's top before it is entered. So no path has more than two names below the trash and nothing recurses, however
 * deep a tree is; and what is mounted somewhere in it is never entered, as the kernel renames no mount point (EBUSY).
 * Links are deleted, never followed. Names stay the bytes that the kernel gave.
 *
 * <p>Nothing but this may write to the trash, or to what is in it.
 */
public final class Removal {
  private final Path trash;
  // Unique after the random part, without a new random number for each directory.
  private final String prefix = AtomicFile.randomHex(16) + "-";
  private long renamed;
  private boolean progress;
  private @Nullable IOException failure;

  private Removal(Path trash) {
    this.trash = trash;
  }

  /**
   * Deletes a file or tree, and whatever else is in the trash. It is no error when there is no such file.
   *
   * @param root a link is deleted itself
   * @param trash a directory of the same file system that only its owner can enter; it is made where there is none
   * @throws IOException when something could not be deleted; then that is in the trash, and all else is gone
   */
  public static void delete(Path root, Path trash) throws IOException {
    discard(root, trash);
    empty(trash);
  }

  /** Moves a file or tree to the trash, which takes no time; {@link #empty} does the rest. */
  public static void discard(Path root, Path trash) throws IOException {
    StateDirectory.makePrivate(trash);
    Path target = trash.resolve(AtomicFile.randomHex(16));
    try {
      rename(root, target);
    } catch (AccessDeniedException e) {
      // To move a directory elsewhere its own owner, unless he is root, must be allowed to write to it.
      unlock(root);
      rename(root, target);
    }
  }

  private static void rename(Path root, Path target) throws IOException {
    try {
      Files.move(root, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
  }

  /**
   * Deletes all that is in a trash directory. It is no error when there is no such directory.
   *
   * @throws IOException when something could not be deleted; all else is gone then
   */
  public static void empty(Path trash) throws IOException {
    if (Files.isDirectory(trash, LinkOption.NOFOLLOW_LINKS)) {
      try {
        new Removal(trash).run();
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
  }

  /**
   * Passes over the trash's top until it is empty, as what is renamed up there may or may not be seen by the pass that
   * does it. This ends: each step deletes something, or renames a directory up, which happens once to each.
   */
  private void run() throws IOException {
    do {
      progress = false;
      failure = null;
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(trash)) {
        SecureDirectoryStream<Path> top = secure(stream);
        for (Path entry : top) {
          attempt(entry, () -> removeTop(top, entry.getFileName()));
        }
      }
    } while (progress);
    if (failure != null) {
      throw failure;
    }
  }

  private interface Change {
    void make() throws IOException;
  }

  /** What fails is told at the end, so that it does not keep the rest. */
  private void attempt(Path path, Change change) {
    try {
      change.make();
      progress = true;
    } catch (NoSuchFileException e) {
      // Another process empties the trash too.
      return;
    } catch (IOException e) {
      if (failure == null) {
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        failure =
            new StoreException(
                "cannot delete %s: %s; see what protects it (findmnt, lsattr) and try again"
                    .formatted(path, reason == null ? e.getClass().getSimpleName() : reason),
                e);
      }
    }
  }

  private void removeTop(SecureDirectoryStream<Path> top, Path name) throws IOException {
    if (!isDirectory(top, name)) {
      top.deleteFile(name);
      return;
    }
    try (SecureDirectoryStream<Path> directory = open(top, name)) {
      for (Path entry : directory) {
        Path child = entry.getFileName();
        attempt(trash.resolve(name).resolve(child), () -> removeBelow(directory, name, child, top));
      }
    }
    top.deleteDirectory(name);
  }

  private SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> top, Path name) throws IOException {
    try {
      return top.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    } catch (AccessDeniedException e) {
      unlock(trash.resolve(name));
      return top.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private void removeBelow(
      SecureDirectoryStream<Path> directory, Path name, Path child, SecureDirectoryStream<Path> top)
      throws IOException {
    try {
      deleteOrLift(directory, child, top);
    } catch (AccessDeniedException e) {
      unlock(trash.resolve(name));
      unlock(trash.resolve(name).resolve(child));
      deleteOrLift(directory, child, top);
    }
  }

  private void deleteOrLift(SecureDirectoryStream<Path> directory, Path child, SecureDirectoryStream<Path> top)
      throws IOException {
    if (!isDirectory(directory, child)) {
      directory.deleteFile(child);
      return;
    }
    try {
      directory.deleteDirectory(child);
    } catch (DirectoryNotEmptyException e) {
      directory.move(child, top, Path.of(prefix + renamed++));
    }
  }

  /**
   * Lets the owner of a directory read and change it. Only after the kernel has refused that: it never refuses root,
   * so for root no mode of anything is ever changed.
   */
  private static void unlock(Path directory) throws IOException {
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static boolean isDirectory(SecureDirectoryStream<Path> parent, Path name) throws IOException {
    return parent
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
  }

  /** On Linux all are. */
  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    throw new IOException("this system cannot delete files relative to a directory (unlinkat)");
  }
}
