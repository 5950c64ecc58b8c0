package org.chrootlite.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;

/**
 * A file of the user's that is there as a whole or not at all, and never takes the place of another one.
 *
 * @param path where it is
 * @param text all that is in it
 */
record NewFile(Path path, String text) {
  /**
   * Writes it, to disk.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is anything of this name
   */
  void write() throws IOException {
    // Hidden, and no *.yaml: a command that reads the directory meanwhile passes it over.
    Path whole = path.resolveSibling(".chroot-lite-" + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(whole, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      // Unlike a rename, this fails where the name is taken.
      Files.createLink(path, whole);
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  /** Removes it again, unless somebody has changed it since. */
  void withdraw() throws IOException {
    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && Arrays.equals(Files.readAllBytes(path), text.getBytes(StandardCharsets.UTF_8))) {
      Files.delete(path);
    }
  }
}
