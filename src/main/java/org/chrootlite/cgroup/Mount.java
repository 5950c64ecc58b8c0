package org.chrootlite.cgroup;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of {@code /proc/self/mountinfo}; see proc_pid_mountinfo(5).
 *
 * @param id of the mount, and {@code parent} of the one that it is mounted on
 * @param root which directory of the file system is mounted; {@code /..} for one outside of our cgroup namespace
 * @param point where
 * @param options of the file system, not of the mount: for version 1, which controllers it has
 * @param readOnly the mount or the file system
 */
record Mount(int id, int parent, String root, Path point, boolean readOnly, String type, List<String> options) {
  private static final int ROOT = 3;
  private static final int POINT = 4;
  private static final int MOUNT_OPTIONS = 5;
  private static final int FIRST_OPTIONAL = 6;

  Mount {
    options = List.copyOf(options);
  }

  /** All lines of the file; those that are not as they should be are of no use to anybody, and passed over. */
  static List<Mount> parse(String text) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : lines(text)) {
      parseLine(line).ifPresent(mounts::add);
    }
    return mounts;
  }

  private static Optional<Mount> parseLine(String line) {
    List<String> fields = split(line, ' ');
    int dash = FIRST_OPTIONAL;
    while (dash < fields.size() && !fields.get(dash).equals("-")) {
      dash++;
    }
    if (dash + ROOT >= fields.size()) {
      return Optional.empty();
    }
    List<String> options = split(fields.get(dash + ROOT), ',');
    boolean readOnly = options.contains("ro") || split(fields.get(MOUNT_OPTIONS), ',').contains("ro");
    try {
      return Optional.of(
          new Mount(
              Integer.parseInt(fields.get(0)),
              Integer.parseInt(fields.get(1)),
              unescape(fields.get(ROOT)),
              Path.of(unescape(fields.get(POINT))),
              readOnly,
              fields.get(dash + 1),
              options));
    } catch (IllegalArgumentException e) {
      // Not numbers, or not a path in the encoding of this JVM: nothing that could be opened.
      return Optional.empty();
    }
  }

  /** True of control groups of either version. */
  boolean isCgroup() {
    return type.equals("cgroup") || type.equals("cgroup2");
  }

  /** Whether its mount point leads to it, among all mounts: others may be mounted over it. */
  boolean isVisible(List<Mount> all) {
    Mount mount = this;
    int below = id;
    for (int depth = 0; depth < all.size(); depth++) {
      Mount above = null;
      for (Mount other : all) {
        // What is mounted on the root of another mount hides that, but not itself.
        if (other.id != mount.id && other.id != below && mount.isHiddenBy(other)) {
          return false;
        }
        if (other.id == mount.parent) {
          above = other;
        }
      }
      if (above == null || above.id == mount.id) {
        return true;
      }
      below = mount.id;
      mount = above;
    }
    return false; // parents in a circle
  }

  /** What is mounted on a mount's root hides it; so does what was mounted later on a directory that leads to it. */
  private boolean isHiddenBy(Mount other) {
    return (other.parent == id && other.point.equals(point))
        || (other.parent == parent && !other.point.equals(point) && point.startsWith(other.point));
  }

  /** The mount that a path without symbolic links is on. */
  static Optional<Mount> of(Path path, List<Mount> all) {
    Optional<Mount> innermost = Optional.empty();
    for (Mount mount : all) {
      boolean longer =
          innermost.isEmpty() || mount.point.getNameCount() >= innermost.get().point.getNameCount();
      if (longer && path.startsWith(mount.point) && mount.isVisible(all)) {
        innermost = Optional.of(mount);
      }
    }
    return innermost;
  }

  /** Blanks, tabs, line feeds and backslashes are written as three octal digits after a backslash. */
  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
    int i = 0;
    while (i < bytes.length) {
      if (bytes[i] == '\\' && i + 3 < bytes.length && isOctal(bytes[i + 1], bytes[i + 2], bytes[i + 3])) {
        plain.write((bytes[i + 1] - '0') << 6 | (bytes[i + 2] - '0') << 3 | bytes[i + 3] - '0');
        i += 4;
      } else {
        plain.write(bytes[i++]);
      }
    }
    return plain.toString(StandardCharsets.UTF_8);
  }

  private static boolean isOctal(byte... digits) {
    for (byte digit : digits) {
      if (digit < '0' || digit > '7') {
        return false;
      }
    }
    return true;
  }

  /** The lines of a file of the kernel's. */
  static List<String> lines(String text) {
    List<String> lines = split(text, '\n');
    lines.removeIf(String::isEmpty);
    return lines;
  }

  /** The parts of a text; one separator more than it has makes one part more. */
  static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
      parts.add(text.substring(start, end));
      start = end + 1;
    }
    parts.add(text.substring(start));
    return parts;
  }
}
