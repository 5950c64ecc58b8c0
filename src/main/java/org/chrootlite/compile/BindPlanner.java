package org.chrootlite.compile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.model.Mount;

/**
 * Decides how one file or directory of the host is mounted. A writable mount is the host's own tree. A read-only one is
 * an overlay over it, so that its inodes are the run's own; what is mounted below it has an overlay of its own.
 */
final class BindPlanner {
  private final Mount.Bind bind;
  private final Tree tree;
  private final String place;
  private final Provisions provisions;

  /**
   * A mount to plan.
   *
   * @param tree what will be attached
   * @param place where, with no link on the way
   */
  BindPlanner(Mount.Bind bind, Tree tree, String place, Provisions provisions) {
    this.bind = bind;
    this.tree = tree;
    this.place = place;
    this.provisions = provisions;
  }

  /** The steps that take it from the host. */
  List<Step> taken(boolean mapped) {
    if (!isOverlaid()) {
      return List.of(new Step.TakeTree(tree, bind.source(), bind.readOnly(), mapped, true, bind.origin()));
    }
    List<Step> steps = new ArrayList<>();
    steps.add(new Step.TakeTree(lower(tree), directory(), true, mapped, false, bind.origin()));
    for (Path point : below()) {
      boolean isShared = isShared(point);
      Tree taken = isShared ? tree(point) : lower(tree(point));
      steps.add(new Step.TakeTree(taken, point, true, mapped, false, bind.origin()));
    }
    return steps;
  }

  /** The steps that lay overlays over what was taken. */
  List<Step> overlays() {
    if (!isOverlaid()) {
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    Optional<String> file = isFile() ? Optional.of(String.valueOf(bind.source().getFileName())) : Optional.empty();
    steps.add(overlay(tree, file, bind.source()));
    for (Path point : below()) {
      if (!isShared(point)) {
        steps.add(overlay(tree(point), Optional.empty(), point));
      }
    }
    return steps;
  }

  private Step overlay(Tree over, Optional<String> file, Path source) {
    boolean noExec = provisions.hostMounts().noExec().contains(source);
    return new Step.OverlayTree(lower(over), over, file, noExec, bind.origin());
  }

  /** The steps that attach it in the new root, the outer one first. */
  List<Step.Attach> attachments() {
    List<Step.Attach> steps = new ArrayList<>();
    steps.add(new Step.Attach(tree, place, !isFile(bind.source()), bind.origin()));
    if (isOverlaid()) {
      for (Path point : below()) {
        steps.add(new Step.Attach(tree(point), place + "/" + relative(point), !isFile(point), bind.origin()));
      }
    }
    return steps;
  }

  private boolean isOverlaid() {
    return bind.readOnly() && !bind.sockets() && !isShared(bind.source());
  }

  private boolean isShared(Path path) {
    return provisions.hostMounts().shared().contains(path);
  }

  private boolean isFile() {
    return isFile(bind.source());
  }

  private boolean isFile(Path path) {
    return provisions.files().contains(path);
  }

  /** An overlay is laid over directories: for a file, over the one that it lies in. */
  private Path directory() {
    Path parent = bind.source().getParent();
    return isFile() && parent != null ? parent : bind.source();
  }

  private List<Path> below() {
    return isFile() ? List.of() : provisions.hostMounts().below().getOrDefault(bind.source(), List.of());
  }

  private Tree tree(Path point) {
    return new Tree(tree.name() + "/" + relative(point));
  }

  private String relative(Path point) {
    return bind.source().relativize(point).toString();
  }

  private static Tree lower(Tree upper) {
    return new Tree("below " + upper.name());
  }
}
