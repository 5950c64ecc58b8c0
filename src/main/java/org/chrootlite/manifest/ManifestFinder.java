package org.chrootlite.manifest;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.chrootlite.diagnostic.Position;

/**
 * Turns the paths that a user names into the files that hold manifests. In a directory these are all {@code *.yaml} and
 * {@code *.yml}, but for hidden ones; links to directories are not followed there. No file is found twice.
 */
final class ManifestFinder {
  /** How deep directories are read; deeper trees are not what anyone keeps manifests in. */
  private static final int MAX_DEPTH = 100;

  private final Problems problems;
  private final List<Found> found = new ArrayList<>();
  private final Set<Path> seen = new HashSet<>();

  private ManifestFinder(Problems problems) {
    this.problems = problems;
  }

  /**
   * A file to read.
   *
   * @param file as the user named it, or the directory that it is in
   * @param named whether the user named the file itself
   */
  record Found(String file, Path path, boolean named) {}

  /** The files, sorted in each directory by name. */
  static List<Found> find(List<String> paths, Problems problems) {
    ManifestFinder finder = new ManifestFinder(problems);
    for (String text : paths) {
      Position position = Position.ofFile(text);
      try {
        Path path = Path.of(text);
        if (text.isEmpty() || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          problems.error(position, "", "there is no such file or directory", "");
        } else if (Files.isDirectory(path)) {
          int before = finder.seen.size();
          boolean complete = finder.directory(path, 0);
          if (complete && finder.seen.size() == before && finder.nothingSeenIn(path)) {
            problems.error(position, "", "holds no manifest", "manifests are named *.yaml or *.yml");
          }
        } else {
          finder.add(path, true);
        }
      } catch (InvalidPathException e) {
        problems.error(position, "", "is not a path: " + e.getReason(), "");
      }
    }
    return List.copyOf(finder.found);
  }

  /** Whether no file below the directory was found by way of another path. */
  private boolean nothingSeenIn(Path directory) {
    Path real = real(directory);
    return seen.stream().noneMatch(path -> path.startsWith(real));
  }

  private boolean directory(Path directory, int depth) {
    if (depth > MAX_DEPTH) {
      problems.error(Position.ofFile(directory.toString()), "", "is nested too deeply", "");
      return false;
    }
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (DirectoryIteratorException e) {
      problems.error(Position.ofFile(directory.toString()), "", "cannot be read: " + e.getMessage(), "");
      return false;
    } catch (IOException e) {
      problems.error(Position.ofFile(directory.toString()), "", ManifestFile.explain(e), "");
      return false;
    }
    entries.sort(null);
    boolean complete = true;
    for (Path entry : entries) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".")) {
        continue;
      }
      if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        complete &= directory(entry, depth + 1);
      } else if (isYaml(name) && !Files.isDirectory(entry)) {
        add(entry, false);
      }
    }
    return complete;
  }

  private void add(Path path, boolean named) {
    if (seen.add(real(path))) {
      found.add(new Found(path.toString(), path, named));
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      // A dangling link or one that may not be followed: reading it will say so.
      return path.toAbsolutePath();
    }
  }

  private static boolean isYaml(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".yaml") || lower.endsWith(".yml");
  }
}
