package org.chrootlite.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.chrootlite.testing.Command;

/** Trees that untrusted code could have written. */
final class HostileTree {
  private HostileTree() {}

  /** A file in so many directories, whose whole path is much longer than PATH_MAX. */
  static void deep(Path root, int levels) throws IOException {
    Path inner = root.resolveSibling("inner");
    Path outer = root.resolveSibling("outer");
    Files.createDirectory(inner);
    Files.write(inner.resolve("bottom"), new byte[100_000]);
    // From the bottom up: no name on the way is long.
    for (int i = 1; i < levels; i++) {
      Files.createDirectory(outer);
      Files.move(inner, outer.resolve("a-name-that-is-somewhat-longer"));
      Files.move(outer, inner);
    }
    Files.move(inner, root);
  }

  /** Links that lead out, odd names and kinds of files, and directories that are closed to their owner. */
  static void odd(Path root, Path canary) throws IOException {
    Files.createDirectory(root);
    Files.createSymbolicLink(root.resolve("link to a directory"), canary);
    Files.createSymbolicLink(root.resolve("link to a file"), canary.resolve("file"));
    Files.createSymbolicLink(root.resolve("dangling"), Path.of("/nowhere"));
    Files.createLink(root.resolve("second name"), Files.createFile(root.resolve("-rf *\n")));
    Path below = Files.createDirectories(root.resolve("closed/at all/levels"));
    Files.createSymbolicLink(below.resolve("up"), Path.of("../../../.."));
    Files.createFile(below.resolve("file"));
    Files.createDirectory(below.resolve("empty"));
    try (RandomAccessFile sparse = new RandomAccessFile(below.resolve("sparse").toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    Command.output(
        "sh",
        "-c",
        "cd \"$1\" && n=$(printf 'caf\\351') && mkdir \"$n\" && touch \"$n/$n\" && mkfifo pipe && mkdir \"$n/$n$n\"",
        "sh",
        root.toString());
    Files.createDirectories(root.resolve("read only/inner/innermost"));
    Files.createFile(root.resolve("read only/inner/file"));
    // From the bottom up, or an ordinary user could not.
    close(below, "---------");
    close(root.resolve("closed/at all"), "---------");
    close(root.resolve("closed"), "---------");
    close(root.resolve("read only/inner"), "r-xr-xr-x");
    close(root.resolve("read only"), "r--r--r--");
  }

  static void close(Path directory, String permissions) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
  }

  /** Many files in many directories. */
  static void wide(Path root, int directories) throws IOException {
    for (int i = 0; i < directories; i++) {
      Path directory = Files.createDirectories(root.resolve("d" + i + "/e"));
      for (int k = 0; k < 10; k++) {
        Files.createFile(directory.resolve("f" + k));
      }
    }
  }

  /** A directory that nothing may happen to. */
  static Path canary(Path parent) throws IOException {
    Path canary = Files.createDirectory(parent.resolve("canary"));
    Files.writeString(canary.resolve("file"), "alive");
    Files.setPosixFilePermissions(canary, PosixFilePermissions.fromString("r-x------"));
    return canary;
  }

  static boolean isUntouched(Path canary) throws IOException {
    return Files.readString(canary.resolve("file")).equals("alive")
        && Files.getPosixFilePermissions(canary).equals(PosixFilePermissions.fromString("r-x------"));
  }

  static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
