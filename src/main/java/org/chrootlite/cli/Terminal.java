package org.chrootlite.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Which of the standard streams are terminals. The JDK's own {@code Console} knows it only for input and output
 * together.
 */
record Terminal(boolean input, boolean output, boolean error) {
  /** None is. */
  static final Terminal NONE = new Terminal(false, false, false);

  private static final int S_IFMT = 0xf000;
  private static final int S_IFCHR = 0x2000;
  private static final int S_IFIFO = 0x1000;
  private static final int S_IFSOCK = 0xc000;
  private static final long TTY_MAJOR = 4;
  private static final long TTYAUX_MAJOR = 5;
  private static final long PTS_FIRST_MAJOR = 136;
  private static final long PTS_LAST_MAJOR = 143;

  /** Looks at this process's descriptors 0 to 2. */
  static Terminal ofProcess() {
    return new Terminal(isTerminal(0), isTerminal(1), isTerminal(2));
  }

  /** Whether a descriptor of this process is a terminal: a device of one of the kernel's terminal drivers. */
  static boolean isTerminal(int descriptor) {
    if (!hasType(descriptor, S_IFCHR)) {
      return false;
    }
    long device = attribute(descriptor, "unix:rdev");
    long major = ((device >>> 8) & 0xfff) | ((device >>> 32) & ~0xfffL);
    return major == TTY_MAJOR
        || major == TTYAUX_MAJOR
        || (major >= PTS_FIRST_MAJOR && major <= PTS_LAST_MAJOR);
  }

  /** Whether a descriptor of this process is a pipe or a socket, something whose reader can go away. */
  static boolean isPipe(int descriptor) {
    return hasType(descriptor, S_IFIFO) || hasType(descriptor, S_IFSOCK);
  }

  private static boolean hasType(int descriptor, int type) {
    return (attribute(descriptor, "unix:mode") & S_IFMT) == type;
  }

  /** An attribute of what the descriptor has open; 0 where it is closed. */
  private static long attribute(int descriptor, String name) {
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    try {
      return Files.exists(link, LinkOption.NOFOLLOW_LINKS)
          ? ((Number) Files.getAttribute(link, name)).longValue()
          : 0;
    } catch (IOException e) {
      return 0; // closed, or /proc is not mounted: nothing that could be taken for a terminal
    }
  }
}
