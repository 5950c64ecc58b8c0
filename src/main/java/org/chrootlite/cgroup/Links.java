package org.chrootlite.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The symbolic links in a run's directory that lead to its groups. They are made before the groups, and go after them:
 * so whatever a run leaves behind when it is killed, they tell of it.
 *
 * @param directory that they are in
 * @param group the name of all the groups
 */
record Links(Path directory, String group) {
  /** Nobody else has business there: processes join before they give up the caller's rights. */
  private static final FileAttribute<?> MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Those of the run with this directory, which is named by the run's id. */
  static Links of(Path run) {
    return new Links(run.resolve(ControlGroups.LINKS), "chroot-lite-" + run.getFileName());
  }

  void makeDirectory() throws IOException {
    Files.createDirectory(directory, MODE);
  }

  /** Makes the link to a group that will be made; its path is the result. */
  Path make(String name, Path parent) throws IOException {
    Path target = parent.resolve(group);
    Files.createSymbolicLink(directory.resolve(name), target);
    return target;
  }

  void remove(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  /** When all links are gone. */
  void removeDirectory() throws IOException {
    Files.deleteIfExists(directory);
  }

  /** Removes the groups that a dead run has left, then the links to them. */
  void removeLeftOver(List<Mount> mounts) throws IOException {
    for (Path link : entries()) {
      Optional<Path> left = target(link, mounts);
      if (left.isPresent()) {
        new GroupDirectory(left.get()).remove();
      }
      Files.deleteIfExists(link);
    }
    removeDirectory();
  }

  private List<Path> entries() throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path entry : stream) {
        if (Files.isSymbolicLink(entry)) {
          entries.add(entry);
        }
      }
    } catch (NoSuchFileException e) {
      // No group was ever asked for, or all are gone.
    }
    return entries;
  }

  /**
   * The group that a link leads to, if it is one of ours and is still there: a directory of the run's name, on a file
   * system of control groups, by a path without links. Anything else was not made here, and is nothing to remove.
   */
  private Optional<Path> target(Path link, List<Mount> mounts) throws IOException {
    Path target = Files.readSymbolicLink(link);
    Path parent = target.getParent();
    boolean ours =
        target.isAbsolute()
            && parent != null
            && target.endsWith(group)
            && Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
            && parent.equals(parent.toRealPath())
            && Mount.of(target, mounts).filter(Mount::isCgroup).isPresent();
    return ours ? Optional.of(target) : Optional.empty();
  }
}
