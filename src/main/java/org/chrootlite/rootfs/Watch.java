package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** What a path of the host is like, in one line that changes when what it leads to does. */
final class Watch {
  private Watch() {}

  /** Links are followed as the kernel does it: of a link, what it leads to matters. */
  static String describe(RootedTree host, String path) {
    try {
      Path onHost = host.onHost(path);
      Optional<FileStat> stat = FileStat.of(onHost);
      return stat.isEmpty() ? "absent" : stat.get().describe();
    } catch (IOException | InvalidPathException e) {
      // Never the same as a line of something readable, so that the plan is made anew, which tells what is wrong.
      return "unreadable";
    }
  }
}
