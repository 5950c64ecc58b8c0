package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One digest over what lstat(2) tells of every entry of a tree. It breaks when an entry is added, removed, or changed
 * in any way: content, permissions, owner, extended attributes.
 *
 * <p>That needs no look into the files: whatever changes one sets its ctime, which no system call sets back (inode(7)).
 * The price: it breaks as well when the same tree is copied, as by restoring a backup.
 */
final class TreeSeal {
  private static final List<String> FIELDS = List.of("mode", "ino", "uid", "gid", "size", "lastModifiedTime", "ctime");
  private static final List<String> FIELDS_OF_ROOT = List.of("mode", "ino", "uid", "gid");

  private TreeSeal() {}

  /**
   * The seal of a tree as it is.
   *
   * @param root a directory; it may be renamed afterwards, so its own times are not looked at
   * @throws IOException when an entry cannot be looked at, when there is no such directory, or when another file system
   *     is mounted in it
   */
  static String of(Path root) throws IOException {
    Digest digest = new Digest();
    Entry own = Entry.of(root, FIELDS_OF_ROOT);
    if (!own.isDirectory()) {
      throw new NotDirectoryException(root.toString());
    }
    digest.line(own.text());
    int prefix = root.toString().length();
    Deque<Path> todo = new ArrayDeque<>(List.of(root));
    while (!todo.isEmpty()) {
      for (Path path : children(todo.removeFirst())) {
        Entry entry = Entry.of(path, FIELDS);
        digest.line(path.toString().substring(prefix)).line(entry.text());
        if (entry.isDirectory()) {
          // Of files, overlayfs may tell another device than that of their directory.
          if (entry.device() != own.device()) {
            throw new IOException(path + " is on another file system");
          }
          todo.addLast(path);
        }
      }
    }
    return digest.hex();
  }

  /** Whether a tree still has this seal; not when it cannot be looked at, as that was possible when it was made. */
  static boolean isIntact(Path root, String seal) {
    try {
      return of(root).equals(seal);
    } catch (IOException e) {
      return false;
    }
  }

  /** In an order that depends on the names alone. */
  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    children.sort(null);
    return children;
  }

  private record Entry(boolean isDirectory, long device, String text) {
    static Entry of(Path path, List<String> fields) throws IOException {
      Map<String, Object> attributes =
          Files.readAttributes(path, "unix:dev," + String.join(",", fields), LinkOption.NOFOLLOW_LINKS);
      StringBuilder text = new StringBuilder();
      for (String field : fields) {
        text.append(number(attributes, field)).append(' ');
      }
      boolean isDirectory = (number(attributes, "mode") & 0170000) == 0040000;
      return new Entry(isDirectory, number(attributes, "dev"), text.toString());
    }

    /** Times are in nanoseconds. */
    private static long number(Map<String, Object> attributes, String field) throws IOException {
      return switch (attributes.get(field)) {
        case Number number -> number.longValue();
        case FileTime time -> time.to(TimeUnit.NANOSECONDS);
        case null, default -> throw new IOException("the file system does not tell of " + field);
      };
    }
  }
}
