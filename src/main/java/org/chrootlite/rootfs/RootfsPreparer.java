package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.store.AtomicFile;
import org.chrootlite.store.LockFile;
import org.chrootlite.store.StateDirectory;

/**
 * Gets the root directory that a sandbox asks for, and makes it when there is none.
 *
 * <p>Below {@code rootfs/} of the state directory, {@code base-1a2b.../} is a tree, and {@code base.index} says which
 * tree is current. A tree is made under a name of its own that begins with a dot, renamed when it is whole, and named
 * in the index at last: whatever a killed process leaves, the next one sees either a whole tree or something to remove.
 * Trees that are not current any more stay, as a run may be using them.
 */
public final class RootfsPreparer {
  private static final int KEY_DIGITS = 24;

  private final StateDirectory state;
  private final Progress progress;
  private final RootedTree host;

  /** A preparer that takes programs from this host. */
  public RootfsPreparer(StateDirectory state, Progress progress) {
    this(state, progress, new RootedTree(Path.of("/")));
  }

  RootfsPreparer(StateDirectory state, Progress progress, RootedTree host) {
    this.state = state;
    this.progress = progress;
    this.host = host;
  }

  /**
   * Gets a root directory. Safe to be called by many threads and processes: one makes the tree, the others wait.
   *
   * @throws RootfsException when it cannot be had; the message says why, and what to do
   */
  public PreparedRootfs prepare(RootfsSource source) throws IOException {
    return switch (source) {
      case RootfsSource.Directory(Path path) -> PreparedRootfs.ofDirectory(path);
      case RootfsSource.Template(String name) -> template(name);
    };
  }

  private PreparedRootfs template(String name) throws IOException {
    Optional<PreparedRootfs> warm = warm(name);
    if (warm.isPresent()) {
      return warm.get();
    }
    List<Recipe> recipes = Recipes.chain(name);
    LockFile.Held lock = state.lock("rootfs-" + name).exclusive("preparing of rootfs template " + name);
    try (lock) {
      // Whoever had the lock before may have made it.
      Optional<PreparedRootfs> made = warm(name);
      return made.isPresent() ? made.get() : cold(name, recipes);
    } catch (AccessDeniedException e) {
      throw new RootfsException(
          "cannot prepare rootfs template \"" + name + "\": permission denied on " + e.getFile()
              + "; let it be read by you, or run as who may",
          e);
    }
  }

  private Optional<PreparedRootfs> warm(String name) throws IOException {
    Optional<WarmIndex> index = WarmIndex.read(indexOf(name));
    if (index.isEmpty() || !index.get().isCurrent(host)) {
      return Optional.empty();
    }
    return handle(name, index.get().tree());
  }

  private Optional<PreparedRootfs> handle(String name, String tree) throws IOException {
    Path root = state.rootfs().resolve(tree);
    return tree.startsWith(name + "-") && Files.isDirectory(root)
        ? Optional.of(new PreparedRootfs.FromTemplate(name, tree.substring(name.length() + 1), root.toRealPath()))
        : Optional.empty();
  }

  private PreparedRootfs cold(String name, List<Recipe> recipes) throws IOException {
    removeLeftOvers(name);
    TreePlan plan = TreePlanner.plan(host, recipes);
    String tree = name + "-" + key(recipes, plan);
    Path root = state.rootfs().resolve(tree);
    if (!Files.isDirectory(root) || !TreeWriter.isWhole(plan, root)) {
      Path temporary = state.rootfs().resolve(temporaryPrefix(name) + AtomicFile.randomHex(8));
      TreeWriter.write(plan, temporary, name, progress);
      if (Files.exists(root)) {
        // Damaged, by a power failure or by hand. Moved away first: a tree has its name only while it is whole.
        Files.move(root, temporary.resolveSibling(temporary.getFileName() + "-old"), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(temporary, root, StandardCopyOption.ATOMIC_MOVE);
      removeLeftOvers(name);
    }
    WarmIndex.of(recipes, plan, tree).write(indexOf(name));
    return handle(name, tree)
        .orElseThrow(() -> new RootfsException(root + " vanished while it was prepared; who removed it?"));
  }

  private static String key(List<Recipe> recipes, TreePlan plan) throws IOException {
    Digest digest = new Digest();
    for (Recipe recipe : recipes) {
      digest.line(Recipes.text(recipe.name()));
    }
    plan.describe().forEach(digest::line);
    return digest.hex().substring(0, KEY_DIGITS);
  }

  /** The caller holds the template's lock, so nobody is working on what has such a name. */
  private void removeLeftOvers(String name) throws IOException {
    String ours = temporaryPrefix(name);
    String index = "." + indexOf(name).getFileName() + ".";
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(state.rootfs())) {
      for (Path entry : entries) {
        String entryName = String.valueOf(entry.getFileName());
        if (entryName.startsWith(ours) || entryName.startsWith(index)) {
          TreeWriter.delete(entry);
        }
      }
    }
  }

  private static String temporaryPrefix(String name) {
    return ".preparing-" + name + "-";
  }

  private Path indexOf(String name) {
    return state.rootfs().resolve(name + ".index");
  }
}
