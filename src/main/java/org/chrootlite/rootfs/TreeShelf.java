package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.chrootlite.store.AtomicFile;

/**
 * The directory where trees are kept: which name there means what, and what may be removed.
 *
 * <p>Of a template {@code base}: {@code base-KEY/} is a tree, {@code base.index} names the current one,
 * {@code .preparing-base-RANDOM} is a tree that is not whole yet or no longer, {@code .replaced-base-RANDOM} one that
 * was found damaged, and that runs may still use. Other names are not ours.
 *
 * @param directory {@code rootfs/} of the state directory
 */
record TreeShelf(Path directory) {
  private static final int KEY_DIGITS = 24;
  private static final int RANDOM_DIGITS = 8;
  private static final String INDEX = ".index";
  private static final String PREPARING = ".preparing-";
  private static final String REPLACED = ".replaced-";

  private enum Kind {
    INDEX,
    TREE,
    REPLACED,
    /** What only the holder of the template's lock works on; when he finds it, his predecessor was killed. */
    PREPARING
  }

  private record Item(Path path, String template, Kind kind) {}

  Path index(String template) {
    return directory.resolve(template + INDEX);
  }

  /**
   * The name of a tree.
   *
   * @param digest what it is made of, in at least 24 hexadecimal digits
   */
  static String tree(String template, String digest) {
    return template + "-" + digest.substring(0, KEY_DIGITS);
  }

  /** Whether this is the name of a tree of this template. */
  static boolean isTree(String template, String name) {
    return templateBefore(name, KEY_DIGITS).equals(Optional.of(template));
  }

  Path root(String tree) {
    return directory.resolve(tree);
  }

  /** A new name for a tree that is not whole yet. */
  Path preparing(String template) {
    return directory.resolve(PREPARING + template + "-" + AtomicFile.randomHex(RANDOM_DIGITS));
  }

  /** A new name for a damaged tree. */
  Path replaced(String template) {
    return directory.resolve(REPLACED + template + "-" + AtomicFile.randomHex(RANDOM_DIGITS));
  }

  /** Whether there is a tree of this template, current or not. */
  boolean hasTree(String template) throws IOException {
    return items().stream().anyMatch(item -> item.kind() == Kind.TREE && item.template().equals(template));
  }

  /** Removes what a killed process left. The caller holds the template's lock. */
  void removeLeftOvers(String template) throws IOException {
    for (Item item : items()) {
      if (item.kind() == Kind.PREPARING && item.template().equals(template)) {
        TreeWriter.delete(item.path());
      }
    }
  }

  /** Every template of which there is anything. */
  SortedSet<String> templates() throws IOException {
    SortedSet<String> templates = new TreeSet<>();
    for (Item item : items()) {
      templates.add(item.template());
    }
    return templates;
  }

  /** The trees that no index of these templates names, sorted. */
  List<Path> unused(Set<String> keepTemplates) throws IOException {
    List<Path> unused = new ArrayList<>();
    for (Item item : items()) {
      boolean isUnused =
          switch (item.kind()) {
            case TREE -> !keepTemplates.contains(item.template()) || !isNamed(item);
            case REPLACED -> true;
            case INDEX, PREPARING -> false;
          };
      if (isUnused) {
        unused.add(item.path());
      }
    }
    unused.sort(null);
    return unused;
  }

  private boolean isNamed(Item tree) throws IOException {
    Optional<WarmIndex> index = WarmIndex.read(index(tree.template()));
    return index.isPresent() && tree.path().endsWith(index.get().tree());
  }

  /** Removes all of one template that is unused. The caller holds the template's lock, and there are no runs. */
  void removeUnused(String template, Set<String> keepTemplates) throws IOException {
    removeLeftOvers(template);
    if (!keepTemplates.contains(template)) {
      // First: what it names is about to go.
      TreeWriter.delete(index(template));
    }
    for (Path tree : unused(keepTemplates)) {
      Item item = item(tree).orElseThrow();
      if (item.template().equals(template)) {
        // A name that says of what a killed process leaves that it is no tree.
        Path doomed = preparing(template);
        Files.move(tree, doomed, StandardCopyOption.ATOMIC_MOVE);
        TreeWriter.delete(doomed);
      }
    }
  }

  private List<Item> items() throws IOException {
    List<Item> items = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        item(entry).ifPresent(items::add);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return items;
  }

  private static Optional<Item> item(Path path) {
    String name = String.valueOf(path.getFileName());
    if (name.startsWith(PREPARING)) {
      return templateBefore(name.substring(PREPARING.length()), RANDOM_DIGITS)
          .map(template -> new Item(path, template, Kind.PREPARING));
    }
    if (name.startsWith(REPLACED)) {
      return templateBefore(name.substring(REPLACED.length()), RANDOM_DIGITS)
          .map(template -> new Item(path, template, Kind.REPLACED));
    }
    if (AtomicFile.isTemporary(path)) {
      int end = name.indexOf(INDEX + ".");
      return end < 2
          ? Optional.empty()
          : Optional.of(new Item(path, name.substring(1, end), Kind.PREPARING));
    }
    if (name.endsWith(INDEX) && !name.startsWith(".")) {
      return Optional.of(new Item(path, name.substring(0, name.length() - INDEX.length()), Kind.INDEX));
    }
    return templateBefore(name, KEY_DIGITS).map(template -> new Item(path, template, Kind.TREE));
  }

  /** Of a name that ends with a dash and so many hexadecimal digits, what is before; never empty, nor hidden. */
  private static Optional<String> templateBefore(String name, int digits) {
    int dash = name.length() - digits - 1;
    if (dash < 1 || name.charAt(dash) != '-' || name.startsWith(".")) {
      return Optional.empty();
    }
    for (int i = dash + 1; i < name.length(); i++) {
      if ("0123456789abcdef".indexOf(name.charAt(i)) < 0) {
        return Optional.empty();
      }
    }
    return Optional.of(name.substring(0, dash));
  }
}
