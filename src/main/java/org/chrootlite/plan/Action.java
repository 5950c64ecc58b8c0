package org.chrootlite.plan;

import java.util.List;
import java.util.Optional;

/** One thing that an apply does. */
public sealed interface Action {
  /** Makes the tree of a rootfs template, for the first time or anew. */
  record PrepareRootfs(String template, TemplateState cause) implements Action {}

  /** Makes a sandbox; with a layer, where its spec keeps what is written. */
  record Create(Desired desired) implements Action {}

  /**
   * Changes a sandbox, repairs it, or both.
   *
   * @param changes of what it is, sorted by field; not empty where {@code repairs} is
   * @param repairs of what was prepared for it
   * @param layer what becomes of its layer
   */
  record Update(
      Applied before, Desired desired, List<Change> changes, List<Repair> repairs, LayerFate layer)
      implements Action {
    /** Copies the lists. */
    public Update {
      changes = List.copyOf(changes);
      repairs = List.copyOf(repairs);
    }
  }

  /** Removes a sandbox, with its layer where it has one. */
  record Delete(Applied applied, DeleteCause cause) implements Action {}

  /**
   * A setting that has another value than before.
   *
   * @param field such as {@code limits.memory}
   * @param before as people write it, on one line; empty where it was not set
   * @param after likewise
   */
  record Change(String field, Optional<String> before, Optional<String> after) {}

  /**
   * Something that is made again.
   *
   * @param what such as {@code launcher of hello}
   * @param why such as {@code it was removed}
   */
  record Repair(String what, String why) {}

  /** What becomes of a sandbox's layer. */
  enum LayerFate {
    /** It has none, or it was removed, and it gets none. */
    NONE,
    /** It stays, with all that is in it, on the same rootfs. Where it was altered its directories are set right. */
    KEEP,
    /**
     * It stays, with all that is in it, on another rootfs than before: what it changed or deleted hides what the new
     * one has there.
     */
    KEEP_ON_NEW_ROOTFS,
    /** It gets an empty one: it had none, or it was removed. */
    MAKE,
    /** It is deleted, with all that is in it. */
    DELETE
  }

  /** Why a sandbox is deleted. */
  enum DeleteCause {
    /** The paths that are applied made it, and no longer list it. */
    NO_LONGER_LISTED,
    /** Somebody asked for it by name, or for all. */
    ASKED_FOR
  }
}
