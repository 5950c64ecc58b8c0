package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What stat(2) tells about a file, as far as it shows what the file is and whether it changed.
 *
 * @param mode type and permissions; see inode(7)
 * @param modified nanoseconds since 1970
 */
record FileStat(int mode, long inode, long size, long modified) {
  private static final int TYPE_MASK = 0170000;
  private static final int REGULAR = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int SYMLINK = 0120000;
  private static final int ANY_EXECUTE = 0111;

  /** What is at this path, without following a last symbolic link; empty when nothing is. */
  static Optional<FileStat> of(Path path, LinkOption... options) throws IOException {
    Map<String, Object> attributes;
    try {
      attributes = Files.readAttributes(path, "unix:mode,ino,size,lastModifiedTime", options);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    return Optional.of(
        new FileStat(
            (int) number(attributes, "mode"),
            number(attributes, "ino"),
            number(attributes, "size"),
            attributes.get("lastModifiedTime") instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0));
  }

  private static long number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number number ? number.longValue() : 0;
  }

  boolean isRegular() {
    return (mode & TYPE_MASK) == REGULAR;
  }

  boolean isDirectory() {
    return (mode & TYPE_MASK) == DIRECTORY;
  }

  boolean isLink() {
    return (mode & TYPE_MASK) == SYMLINK;
  }

  /** Whether anybody may execute it. */
  boolean isExecutable() {
    return (mode & ANY_EXECUTE) != 0;
  }

  /** One line that differs when the file does; of a directory, when its entries do. */
  String describe() {
    return String.join(
        " ",
        Integer.toOctalString(mode),
        Long.toString(inode),
        Long.toString(isDirectory() ? 0 : size),
        Long.toString(modified));
  }
}
