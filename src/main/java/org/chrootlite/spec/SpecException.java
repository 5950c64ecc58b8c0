package org.chrootlite.spec;

import java.io.Serial;

/** A tree is not that of a sandbox. The message names the place in it, such as {@code limits.memory}. */
public final class SpecException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  SpecException(String path, String what) {
    super((path.isEmpty() ? "the spec" : path) + " " + what);
  }
}
