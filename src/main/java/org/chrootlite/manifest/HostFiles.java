package org.chrootlite.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.chrootlite.model.Mount;
import org.jspecify.annotations.Nullable;

/** The files of the host that a manifest names, relative to its own directory. They must be there. */
final class HostFiles {
  /** As many as the kernel follows; see path_resolution(7). */
  private static final int MAX_LINKS = 40;

  private final Path directory;
  private final List<Named> all = new ArrayList<>();

  private record Named(Place place, Path path) {}

  /**
   * The files of one manifest; whichever link leads to that, they are the same.
   *
   * @param manifest the manifest's own path
   */
  HostFiles(Path manifest) {
    Path real = real(manifest);
    @Nullable Path parent = real.getParent();
    this.directory = parent == null ? real : parent;
  }

  private static Path real(Path manifest) {
    try {
      return manifest.toRealPath();
    } catch (IOException e) {
      // Gone since it was read; what it names is looked for where it was.
      return manifest.toAbsolutePath();
    }
  }

  /** The absolute path of a regular file; null with an error. */
  @Nullable Path file(Place place) {
    @Nullable Path path = existing(place);
    if (path != null && !Files.isRegularFile(path)) {
      place.error("is not a regular file: " + shown(path), "");
      return null;
    }
    return path != null && isReadable(place, path) ? path : null;
  }

  /** The path of a regular file that each run opens again, absolute and free of links; null with an error. */
  @Nullable Path input(Place place) {
    @Nullable Path path = file(place);
    return path == null ? null : free(path);
  }

  /** The path of a directory, absolute and free of links; null with an error. */
  @Nullable Path directory(Place place) {
    @Nullable Path path = existing(place);
    if (path != null && !Files.isDirectory(path)) {
      place.error("is not a directory: " + shown(path), "");
      return null;
    }
    return path == null ? null : free(path);
  }

  /** The path of a regular file or directory, absolute and free of links; null with an error. */
  @Nullable Path fileOrDirectory(Place place) {
    @Nullable Path path = existing(place);
    if (path != null && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      place.error("is neither a regular file nor a directory: " + shown(path), "");
      return null;
    }
    return path == null ? null : free(path);
  }

  /**
   * Refuses files that a script may have made a link to the rest of the host: those that lie in a mount that it may
   * write to, and lead out of it.
   *
   * @param mounts of this sandbox or another
   * @param problems where it is told
   */
  void checkWritable(List<Mount> mounts, Problems problems) {
    for (Mount mount : mounts) {
      if (mount instanceof Mount.Bind bind && isWritable(bind)) {
        for (Named named : all) {
          if (!free(named.path).equals(named.path) && isLedOut(named.path, bind.source())) {
            problems.error(
                named.place.position(),
                named.place.path(),
                "leads out of " + shown(bind.source()) + ", where a script may have put a link: " + shown(named.path),
                "name what it leads to, or make the mount read-only");
          }
        }
      }
    }
  }

  /** Whether scripts may write to a part of the host by it. */
  static boolean isWritable(Mount mount) {
    return mount instanceof Mount.Bind bind && !bind.readOnly();
  }

  /** Whether one of the links that a path leads through lies in a directory, and what it leads to does not. */
  private static boolean isLedOut(Path path, Path directory) {
    try {
      Deque<Path> todo = new ArrayDeque<>();
      path.forEach(todo::addLast);
      Path root = path.getRoot();
      Path at = root;
      boolean byLink = false;
      for (int links = 0; !todo.isEmpty(); ) {
        Path next = at.resolve(todo.removeFirst()).normalize();
        if (Files.isSymbolicLink(next)) {
          if (++links > MAX_LINKS) {
            throw new IOException("led in circles: " + path);
          }
          byLink |= next.startsWith(directory);
          Path target = Files.readSymbolicLink(next);
          at = target.isAbsolute() ? root : at;
          for (int i = target.getNameCount() - 1; i >= 0; i--) {
            todo.addFirst(target.getName(i));
          }
        } else {
          at = next;
        }
      }
      return byLink && !at.startsWith(directory);
    } catch (IOException e) {
      // Gone since it was found, or beyond what we may see.
      return path.startsWith(directory);
    }
  }

  /**
   * The path without links. It stays what it is now: a link that is put in its way later, maybe by a script, is not
   * followed.
   */
  private static Path free(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      // Gone since it was found.
      return path;
    }
  }

  private @Nullable Path existing(Place place) {
    @Nullable String text = KernelText.read(place);
    if (text == null) {
      return null;
    }
    if (text.isEmpty()) {
      place.error("must not be empty", "");
      return null;
    }
    if (!SandboxPath.checkLength(place, text)) {
      return null;
    }
    try {
      Path path = directory.resolve(text).normalize();
      if (!Files.exists(path)) {
        place.error("there is no " + shown(path), "paths are relative to the manifest's directory");
        return null;
      }
      all.add(new Named(place, path));
      return path;
    } catch (InvalidPathException e) {
      place.error("cannot be a file's name in this locale", "set LC_ALL=C.UTF-8");
      return null;
    }
  }

  private static boolean isReadable(Place place, Path path) {
    if (!Files.isReadable(path)) {
      place.error("cannot be read: " + shown(path), "");
      return false;
    }
    return true;
  }

  private static String shown(Path path) {
    return path.toString();
  }
}
