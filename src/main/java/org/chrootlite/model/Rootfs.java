package org.chrootlite.model;

/** The root directory of a sandbox, and what becomes of what is written to it. */
public record Rootfs(Setting<RootfsSource> source, Setting<Writes> writes) {
  /** What becomes of writes to the root. */
  public enum Writes {
    /** Each run has a layer that is thrown away. */
    DISCARD,
    /** The sandbox has a layer that lasts until it is deleted. */
    KEEP,
    /** The root is read-only. */
    DENY
  }

  /** Whether what is written outlasts the run. */
  public boolean keeps() {
    return writes.value() == Writes.KEEP;
  }
}
