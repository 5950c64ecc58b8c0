package org.chrootlite.plan;

/** What there is of a rootfs template. */
public enum TemplateState {
  /** A whole tree, of the host's programs as they are. */
  CURRENT,
  /** None was prepared yet, or it was removed. */
  ABSENT,
  /** The recipe, or the host's programs, have changed since. */
  OUTDATED,
  /** Entries of the tree are missing, or are not what they were. */
  DAMAGED
}
