package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A directory that is looked at as if it were the root: absolute links and {@code ..} stay inside, as after a chroot.
 *
 * @param directory where it is on the host; {@code /} for the host itself
 */
record RootedTree(Path directory) {
  /** As many as the kernel follows; see path_resolution(7). */
  private static final int MAX_LINKS = 40;

  /** A symbolic link on the way; {@code path} is free of links but for itself. */
  record Link(String path, String target) {}

  /**
   * What a path leads to.
   *
   * @param path absolute inside the tree, free of links
   * @param links all that were followed, in order
   */
  record Found(String path, FileStat stat, List<Link> links) {}

  /** Where a path of the tree is on the host. The path is free of links. */
  Path onHost(String path) {
    return directory.resolve(path.substring(1));
  }

  /**
   * Follows a path; empty when it leads to nothing, through something that is no directory, through a directory that
   * the caller may not search, or in circles.
   */
  Optional<Found> find(String path) throws IOException {
    Deque<String> todo = new ArrayDeque<>(List.of(path.split("/")));
    List<String> at = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    Optional<FileStat> here = FileStat.of(directory);
    while (!todo.isEmpty()) {
      String name = todo.removeFirst();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (!at.isEmpty()) {
          at.removeLast();
        }
        here = stat(join(at));
        continue;
      }
      at.addLast(name);
      here = stat(join(at));
      if (here.isEmpty()) {
        return Optional.empty();
      }
      if (here.get().isLink()) {
        if (links.size() == MAX_LINKS) {
          return Optional.empty();
        }
        String target = Files.readSymbolicLink(onHost(join(at))).toString();
        links.add(new Link(join(at), target));
        at.removeLast();
        if (target.startsWith("/")) {
          at.clear();
        }
        String[] rest = target.split("/", -1);
        for (int i = rest.length - 1; i >= 0; i--) {
          todo.addFirst(rest[i]);
        }
        here = stat(join(at));
      }
    }
    String end = join(at);
    return here.map(stat -> new Found(end, stat, List.copyOf(links)));
  }

  private Optional<FileStat> stat(String path) throws IOException {
    try {
      return FileStat.of(onHost(path), LinkOption.NOFOLLOW_LINKS);
    } catch (InvalidPathException | AccessDeniedException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      // ENOTDIR, ENAMETOOLONG, ELOOP: whatever a hostile name does, there is no such file.
      if (Files.isDirectory(directory)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String join(List<String> names) {
    return "/" + String.join("/", names);
  }
}
