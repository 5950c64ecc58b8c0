package org.chrootlite.model;

import java.nio.file.Path;

/** Something that the manifest mounts into the sandbox. */
public sealed interface Mount {
  /** Where it is seen in the sandbox: absolute, without {@code .} and {@code ..}. */
  String target();

  /** The line that asks for it. */
  Origin origin();

  /**
   * A file or directory of the host, absolute.
   *
   * @param sockets whether sockets and FIFOs in it can be used: a way to the programs of the host that listen there
   */
  record Bind(Path source, String target, boolean readOnly, boolean sockets, Origin origin) implements Mount {
    /** One whose sockets and FIFOs cannot be used. */
    public Bind(Path source, String target, boolean readOnly, Origin origin) {
      this(source, target, readOnly, false, origin);
    }
  }

  /** An empty directory in memory, {@code size} bytes at most. */
  record Tmpfs(String target, long size, Origin origin) implements Mount {}
}
