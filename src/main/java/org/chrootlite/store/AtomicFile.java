package org.chrootlite.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** Files that are there as a whole or not at all, even after a power failure. */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";

  private AtomicFile() {}

  /**
   * Writes a temporary file beside the target, syncs it, and renames it onto the target.
   *
   * @param permissions exactly these, whatever the umask
   */
  public static void write(Path target, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
    write(target, content, permissions, true);
  }

  /** The same without the sync: a power failure can leave a file that is cut short. For who compares what he reads. */
  static void writeUnsynced(Path target, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
    write(target, content, permissions, false);
  }

  private static void write(Path target, byte[] content, Set<PosixFilePermission> permissions, boolean sync)
      throws IOException {
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + randomHex(8) + SUFFIX);
    try {
      writeNew(temporary, content, permissions, sync);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /** Writes a file that must not exist; whoever finds it may find it half written. */
  static void writeNew(Path file, byte[] content, Set<PosixFilePermission> permissions, boolean sync)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      // Not at its creation: the umask would take some away.
      Files.setPosixFilePermissions(file, permissions);
      if (sync) {
        channel.force(true);
      }
    }
  }

  /** Whether {@link #write} gives such names to files that are not whole yet. */
  public static boolean isTemporary(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(".") && name.endsWith(SUFFIX);
  }

  /** Removes what killed writers left. The caller holds the lock that all writers to this directory hold. */
  public static void removeLeftOvers(Path directory) throws IOException {
    try (DirectoryStream<Path> leftOvers = Files.newDirectoryStream(directory, AtomicFile::isTemporary)) {
      for (Path leftOver : leftOvers) {
        Files.deleteIfExists(leftOver);
      }
    }
  }

  /** Removes what killed writers of one file left. The caller holds the lock that all who write it hold. */
  public static void removeLeftOversOf(Path target) throws IOException {
    String prefix = "." + target.getFileName() + ".";
    try (DirectoryStream<Path> leftOvers =
        Files.newDirectoryStream(
            target.resolveSibling("."),
            other -> isTemporary(other) && other.getFileName().toString().startsWith(prefix))) {
      for (Path leftOver : leftOvers) {
        Files.deleteIfExists(leftOver);
      }
    }
  }

  /** Random hexadecimal digits for a name that nobody else has. */
  public static String randomHex(int digits) {
    byte[] random = new byte[(digits + 1) / 2];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random).substring(0, digits);
  }
}
