package org.chrootlite.rootfs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.plan.TemplateState;
import org.chrootlite.store.LockFile;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.StoreException;

/**
 * Gets the root directory that a sandbox asks for, makes it when there is none, and tells what became of it.
 *
 * <p>A tree is made under a name of its own. When it is whole, the template's index names it, and then it gets its
 * final name: so whatever a killed process leaves, the next one sees either a whole tree of which the index knows the
 * seal, or something to remove. Trees that are not current any more stay until {@link #removeUnused}, as runs may be
 * using them.
 */
public final class RootfsPreparer {
  private final StateDirectory state;
  private final TreeShelf shelf;
  private final Progress progress;
  private final RootedTree host;

  /** A preparer that takes programs from this host. */
  public RootfsPreparer(StateDirectory state, Progress progress) {
    this(state, progress, new RootedTree(Path.of("/")));
  }

  RootfsPreparer(StateDirectory state, Progress progress, RootedTree host) {
    this.state = state;
    this.shelf = new TreeShelf(state.rootfs());
    this.progress = progress;
    this.host = host;
  }

  /**
   * Gets a root directory. Safe to be called by many threads and processes: one makes the tree, the others wait.
   *
   * <p>Entries of a tree that were altered since it was made are not looked for as long as the index says that the host
   * is the same; {@link #repair} looks.
   *
   * @throws RootfsException when it cannot be had; the message says why, and what to do
   */
  public PreparedRootfs prepare(RootfsSource source) throws IOException {
    return switch (source) {
      case RootfsSource.Directory(Path path) -> asApplied(path);
      case RootfsSource.Template(String name) -> {
        Optional<PreparedRootfs> warm = warm(name);
        yield warm.isPresent() ? warm.get() : locked(name, false);
      }
    };
  }

  /**
   * Gets the tree of a template, and makes it anew when anything in it is not as it was made. Its path stays the same,
   * and runs that use the damaged tree keep that one.
   *
   * @throws RootfsException when it cannot be had; the message says why, and what to do
   */
  public PreparedRootfs repair(String template) throws IOException {
    return locked(template, true);
  }

  /**
   * What there is of a template, down to each entry of its tree; changes nothing. A damaged tree that is outdated, too,
   * is called outdated.
   *
   * @throws RootfsException when there is no such template
   */
  public TemplateState state(String template) throws IOException {
    Recipes.check(template);
    Optional<WarmIndex> index = WarmIndex.read(shelf.index(template));
    if (index.isEmpty() || !TreeShelf.isTree(template, index.get().tree())) {
      return shelf.hasTree(template) ? TemplateState.DAMAGED : TemplateState.ABSENT;
    }
    Path root = shelf.root(index.get().tree());
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return TemplateState.ABSENT;
    }
    if (!index.get().fits(host) && !isStillPlanned(template, index.get().tree())) {
      return TemplateState.OUTDATED;
    }
    return TreeSeal.isIntact(root, index.get().seal()) ? TemplateState.CURRENT : TemplateState.DAMAGED;
  }

  /** Whether what changed on the host is of no matter, such as another program in the search path. */
  private boolean isStillPlanned(String template, String tree) {
    try {
      List<Recipe> recipes = Recipes.chain(template);
      return name(template, recipes, TreePlanner.plan(host, recipes)).equals(tree);
    } catch (IOException e) {
      // The tree cannot be made of this host any more. Who prepares it is told why.
      return false;
    }
  }

  /** A manifest's path is free of links. If it is not any more, a script may have put one there. */
  private static PreparedRootfs asApplied(Path path) throws IOException {
    PreparedRootfs found = PreparedRootfs.ofDirectory(path);
    if (!found.root().equals(path)) {
      throw new RootfsException(
          "rootfs directory %s has become a link, or lies behind one, to %s; if it is your own, apply again"
              .formatted(path, found.root()));
    }
    return found;
  }

  /**
   * A root directory that needs no preparing: a user's, or a template's whose state is {@link TemplateState#CURRENT};
   * changes nothing.
   *
   * @throws RootfsException when a user's directory cannot be used, or there is no such template
   */
  public Optional<PreparedRootfs> current(RootfsSource source) throws IOException {
    return switch (source) {
      case RootfsSource.Directory(Path path) -> Optional.of(asApplied(path));
      case RootfsSource.Template(String name) -> {
        Optional<WarmIndex> index = WarmIndex.read(shelf.index(name));
        yield state(name) == TemplateState.CURRENT && index.isPresent()
            ? handle(name, index.get().tree())
            : Optional.empty();
      }
    };
  }

  /**
   * Trees that no preparing gives out any more: replaced ones, and those of templates that nobody names.
   *
   * @param keepTemplates whose current trees are in use
   * @return absolute paths, sorted
   */
  List<Path> unused(Set<String> keepTemplates) throws IOException {
    return shelf.unused(keepTemplates);
  }

  /**
   * Removes the trees that are unused, and what killed processes left. The caller sees to it that nothing runs.
   *
   * @param keepTemplates whose current trees are in use
   */
  public void removeUnused(Set<String> keepTemplates) throws IOException {
    for (String template : shelf.templates()) {
      LockFile.Held lock = lock(template);
      try (lock) {
        shelf.removeUnused(template, keepTemplates);
      }
    }
  }

  private PreparedRootfs locked(String name, boolean thorough) throws IOException {
    List<Recipe> recipes = Recipes.chain(name);
    try {
      LockFile.Held lock = lock(name);
      try (lock) {
        // Whoever had the lock before may have made it.
        Optional<PreparedRootfs> made = thorough ? Optional.empty() : warm(name);
        return made.isPresent() ? made.get() : cold(name, recipes);
      }
    } catch (RootfsException | StoreException | InterruptedIOException | ClosedByInterruptException e) {
      throw e;
    } catch (AccessDeniedException e) {
      throw new RootfsException(
          "cannot prepare rootfs template \"" + name + "\": permission denied on " + e.getFile()
              + "; let it be read by you, or run as who may",
          e);
    } catch (IOException e) {
      throw new RootfsException(
          "cannot prepare rootfs template \"" + name + "\" in " + shelf.directory() + ": " + reason(e)
              + "; see that it is writable and has room, or name another state directory with --home DIR",
          e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason() + " (" + file.getFile() + ")"
        : String.valueOf(e.getMessage());
  }

  private LockFile.Held lock(String template) throws IOException {
    return state.lock("rootfs-" + template).exclusive("preparing of rootfs template " + template);
  }

  private Optional<PreparedRootfs> warm(String name) throws IOException {
    Optional<WarmIndex> index = WarmIndex.read(shelf.index(name));
    return index.isPresent() && index.get().isOfThisBoot() && index.get().fits(host)
        ? handle(name, index.get().tree())
        : Optional.empty();
  }

  private Optional<PreparedRootfs> handle(String name, String tree) throws IOException {
    Path root = shelf.root(tree);
    return TreeShelf.isTree(name, tree) && Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(new PreparedRootfs.FromTemplate(name, tree.substring(name.length() + 1), root.toRealPath()))
        : Optional.empty();
  }

  private PreparedRootfs cold(String name, List<Recipe> recipes) throws IOException {
    shelf.removeLeftOvers(name);
    TreePlan plan = TreePlanner.plan(host, recipes);
    String tree = name(name, recipes, plan);
    Optional<WarmIndex> index = WarmIndex.read(shelf.index(name));
    if (index.isPresent()
        && index.get().tree().equals(tree)
        && TreeSeal.isIntact(shelf.root(tree), index.get().seal())) {
      WarmIndex.of(recipes, plan, tree, index.get().seal()).write(shelf.index(name));
    } else {
      make(name, recipes, plan, tree);
    }
    return handle(name, tree)
        .orElseThrow(() -> new RootfsException(shelf.root(tree) + " vanished while it was prepared; who removed it?"));
  }

  private void make(String name, List<Recipe> recipes, TreePlan plan, String tree) throws IOException {
    Path root = shelf.root(tree);
    Path temporary = shelf.preparing(name);
    try {
      TreeWriter.write(plan, temporary, name, progress);
      // The index goes first: a tree whose seal nobody knows could never be told from a damaged one. An index whose
      // tree is not there yet, or is still the damaged one, is seen as what it is.
      WarmIndex.of(recipes, plan, tree, TreeSeal.of(temporary)).write(shelf.index(name));
      if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(root, shelf.replaced(name), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(temporary, root, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        TreeWriter.delete(temporary);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /** The name of the tree that a plan makes: it has all in it that the tree depends on. */
  private static String name(String template, List<Recipe> recipes, TreePlan plan) throws IOException {
    Digest digest = new Digest();
    for (Recipe recipe : recipes) {
      digest.line(Recipes.text(recipe.name()));
    }
    plan.describe().forEach(digest::line);
    return TreeShelf.tree(template, digest.hex());
  }
}
