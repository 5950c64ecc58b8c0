package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the entries of one tree, each at the place where the host has it. */
final class TreeCollector {
  private static final TreePlan.Directory DIRECTORY = new TreePlan.Directory();

  /** A link inside a copied directory: it is kept when the tree turns out to have what it leads to. */
  private record LooseLink(String path, String target) {}

  private final RootedTree host;
  private final SortedMap<String, TreePlan.Entry> entries = new TreeMap<>();
  private final SortedMap<String, String> watched = new TreeMap<>();
  private final List<LooseLink> looseLinks = new ArrayList<>();
  private final List<TreePlan.Omission> omitted = new ArrayList<>();

  TreeCollector(RootedTree host) {
    this.host = host;
    entries.put("/", DIRECTORY);
  }

  /** Whatever is or comes to be at this path of the host matters to the plan. */
  void watch(String path) {
    if (!watched.containsKey(path)) {
      watched.put(path, Watch.describe(host, path));
    }
  }

  /** A directory, and those above it. */
  void directory(String path) throws RootfsException {
    put(path, DIRECTORY);
  }

  /** A directory of the tree that is a link where the host has one; nothing when the host has nothing. */
  void asOnHost(String path) throws IOException {
    watch(path);
    Optional<RootedTree.Found> found = host.find(path);
    if (found.isPresent() && found.get().stat().isDirectory()) {
      links(found.get());
      directory(found.get().path());
    }
  }

  /** A regular file that a path leads to, and the links on the way. */
  void file(String path, RootedTree.Found found) throws RootfsException {
    watch(path);
    links(found);
    put(found.path(), new TreePlan.Copied(host.onHost(found.path()), found.stat()));
  }

  private void links(RootedTree.Found found) throws RootfsException {
    for (RootedTree.Link link : found.links()) {
      put(link.path(), new TreePlan.Link(link.target()));
    }
  }

  /**
   * An entry, with the directories above it.
   *
   * @throws RootfsException when something else is there already, such as a link that the path would lead through
   */
  void put(String path, TreePlan.Entry entry) throws RootfsException {
    TreePlan.Entry before = entries.putIfAbsent(path, entry);
    // A file that changes while we look is noticed when it is copied.
    boolean bothCopied = before instanceof TreePlan.Copied && entry instanceof TreePlan.Copied;
    if (before != null && !bothCopied && !before.equals(entry)) {
      throw new RootfsException("on this host the recipe gives both " + before + " and " + entry + " at " + path);
    }
    int slash = path.lastIndexOf('/');
    if (before == null && slash >= 0) {
      put(slash == 0 ? "/" : path.substring(0, slash), DIRECTORY);
    }
  }

  /**
   * A file, or a directory with what is in it.
   *
   * @param exclude names or relative paths, as {@link Recipe.Copy} has them
   * @return the files that may be ELF objects
   */
  List<String> copy(String path, RootedTree.Found found, List<String> exclude) throws IOException {
    List<String> objects = new ArrayList<>();
    links(found);
    if (found.stat().isDirectory()) {
      List<Wildcard> patterns = exclude.stream().map(Wildcard::new).toList();
      descend(found.path(), "", patterns, objects);
    } else if (found.stat().isRegular()) {
      file(path, found);
      objects.add(found.path());
    } else {
      omitted.add(new TreePlan.Omission(path, "is neither a file nor a directory"));
    }
    return objects;
  }

  private void descend(String directory, String below, List<Wildcard> exclude, List<String> objects)
      throws IOException {
    watch(directory);
    directory(directory);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(host.onHost(directory))) {
      for (Path child : children) {
        String name = String.valueOf(child.getFileName());
        String path = directory + "/" + name;
        if (!isPlain(name)) {
          omitted.add(new TreePlan.Omission(path, "has a name with strange characters"));
        } else if (!isExcluded(name, below + name, exclude)) {
          child(child, path, below + name, exclude, objects);
        }
      }
    }
  }

  private void child(Path child, String path, String below, List<Wildcard> exclude, List<String> objects)
      throws IOException {
    Optional<FileStat> stat = FileStat.of(child, LinkOption.NOFOLLOW_LINKS);
    if (stat.isEmpty()) {
      // Deleted since it was listed: its directory is watched.
      return;
    }
    if (stat.get().isDirectory()) {
      descend(path, below + "/", exclude, objects);
    } else if (stat.get().isRegular()) {
      put(path, new TreePlan.Copied(child, stat.get()));
      if (path.contains(".so") || stat.get().isExecutable()) {
        objects.add(path);
      }
    } else if (stat.get().isLink()) {
      looseLinks.add(new LooseLink(path, Files.readSymbolicLink(child).toString()));
    } else {
      omitted.add(new TreePlan.Omission(path, "is neither a file nor a directory"));
    }
  }

  private static boolean isExcluded(String name, String below, List<Wildcard> exclude) {
    for (Wildcard pattern : exclude) {
      if (pattern.matches(pattern.pattern().contains("/") ? below : name)) {
        return true;
      }
    }
    return false;
  }

  /** Printable ASCII: other names need a matching locale to be read as they are, and none of ours has any. */
  private static boolean isPlain(String name) {
    return name.chars().allMatch(character -> character >= 0x20 && character < 0x7F);
  }

  /** The plan, once all is collected. */
  TreePlan plan() throws IOException {
    for (LooseLink link : looseLinks) {
      Optional<RootedTree.Found> found = host.find(link.path);
      if (found.isPresent() && entries.containsKey(found.get().path())) {
        links(found.get());
      } else {
        omitted.add(new TreePlan.Omission(link.path, "leads out of the tree, to " + link.target));
      }
    }
    return new TreePlan(entries, omitted, watched);
  }
}
