package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** A root directory that sandboxes can share: nobody writes to it while they run. */
public sealed interface PreparedRootfs {
  /** Where it is on the host: absolute, free of links, a directory. To be used as the lower, read-only layer. */
  Path root();

  /** What people call it. */
  String describe();

  /**
   * A tree that was made from a recipe.
   *
   * @param key what the tree was made of, as hexadecimal digits; another tree has another key
   */
  record FromTemplate(String template, String key, Path root) implements PreparedRootfs {
    @Override
    public String describe() {
      return "template " + template;
    }
  }

  /** A directory of the user's own. What is in it may be hostile. */
  record OfUser(Path root) implements PreparedRootfs {
    @Override
    public String describe() {
      return "directory " + root;
    }
  }

  /**
   * What a command would execute, as it is before the sandbox mounts anything. Links are followed inside the tree,
   * never out of it. The answer is for messages: a hostile tree may be another one when the script starts.
   *
   * @param command an absolute path, or a name to look up
   * @param searchPath directories of the tree, as in {@code PATH}
   * @return an absolute path inside the tree, links not followed; empty when there is no such executable file
   */
  default Optional<String> executable(String command, List<String> searchPath) throws IOException {
    if (command.isEmpty() || (command.contains("/") && !command.startsWith("/"))) {
      return Optional.empty();
    }
    RootedTree tree = new RootedTree(root());
    for (String directory : command.startsWith("/") ? List.of("") : searchPath) {
      String path = directory.isEmpty() ? command : directory + "/" + command;
      Optional<RootedTree.Found> found = path.startsWith("/") ? tree.find(path) : Optional.empty();
      if (found.isPresent() && found.get().stat().isRegular() && found.get().stat().isExecutable()) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  /** The names in the directories of a search path, for suggestions; at most 10,000 of a directory. */
  default SortedSet<String> commands(List<String> searchPath) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    RootedTree tree = new RootedTree(root());
    for (String directory : searchPath) {
      Optional<RootedTree.Found> found = directory.startsWith("/") ? tree.find(directory) : Optional.empty();
      if (found.isPresent() && found.get().stat().isDirectory()) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(tree.onHost(found.get().path()))) {
          int left = 10_000;
          for (Path entry : entries) {
            if (left-- == 0) {
              break;
            }
            names.add(String.valueOf(entry.getFileName()));
          }
        }
      }
    }
    return names;
  }

  /**
   * Checks a user's directory.
   *
   * @throws RootfsException when it is not an absolute path of a directory that the caller may read, or the host's own
   *     root
   */
  static PreparedRootfs ofDirectory(Path directory) throws IOException {
    if (!directory.isAbsolute()) {
      throw new RootfsException("rootfs directory " + directory + " is not an absolute path");
    }
    if (!Files.exists(directory)) {
      throw new RootfsException("rootfs directory " + directory + " does not exist, or may not be seen");
    }
    if (!Files.isDirectory(directory)) {
      throw new RootfsException("rootfs directory " + directory + " is not a directory");
    }
    if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
      throw new RootfsException("rootfs directory " + directory + " may not be read; try chmod a+rx " + directory);
    }
    Path real;
    try {
      real = directory.toRealPath();
    } catch (InvalidPathException e) {
      throw new RootfsException("rootfs directory " + directory + " has a name that cannot be used", e);
    }
    if (real.getNameCount() == 0) {
      throw new RootfsException("rootfs directory " + directory + " is the host's own root: it would hide nothing");
    }
    return new OfUser(real);
  }
}
