package org.chrootlite.model;

import java.nio.file.Path;

/** Something that the manifest mounts into the sandbox. */
public sealed interface Mount {
  /** Where it is seen in the sandbox: absolute, without {@code .} and {@code ..}. */
  String target();

  /** The line that asks for it. */
  Origin origin();

  /** A file or directory of the host, absolute. */
  record Bind(Path source, String target, boolean readOnly, Origin origin) implements Mount {}

  /** An empty directory in memory, {@code size} bytes at most. */
  record Tmpfs(String target, long size, Origin origin) implements Mount {}
}
