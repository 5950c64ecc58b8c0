package org.chrootlite.model;

import java.nio.file.Path;
import java.util.List;

/** What a script executes. */
public sealed interface Action {
  /** Shell text, for {@code /bin/sh -e}. */
  record Shell(String text) implements Action {}

  /**
   * A file of the host, copied in read-only.
   *
   * @param interpreter the argument vector before the file's path; empty when its {@code #!} line decides
   */
  record File(Path path, List<String> interpreter) implements Action {
    /** Copies the list. */
    public File {
      interpreter = List.copyOf(interpreter);
    }
  }

  /** An argument vector, without a shell; not empty. A name without a slash is looked up in PATH. */
  record Command(List<String> argv) implements Action {
    /** Copies the list. */
    public Command {
      argv = List.copyOf(argv);
    }
  }
}
