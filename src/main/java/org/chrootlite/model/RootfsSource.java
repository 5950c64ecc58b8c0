package org.chrootlite.model;

import java.nio.file.Path;

/** What a sandbox's root directory is made from. */
public sealed interface RootfsSource {
  /** A recipe of ours, by name. */
  record Template(String name) implements RootfsSource {}

  /** A directory of the host, used as it is and never written to. */
  record Directory(Path path) implements RootfsSource {}
}
