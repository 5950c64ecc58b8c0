package org.chrootlite.rootfs;

/** Is told how far the preparing of a root directory is. Nothing is reported when there is nothing to prepare. */
@FunctionalInterface
public interface Progress {
  /** Does not care. */
  Progress NONE = (template, done, total) -> {};

  /**
   * Called before the first entry, from time to time, and after the last one, by the thread that prepares.
   *
   * @param template the template's name
   * @param done how many entries of the tree are written, 0 to {@code total}
   */
  void preparing(String template, int done, int total);
}
