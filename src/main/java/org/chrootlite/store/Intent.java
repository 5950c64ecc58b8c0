package org.chrootlite.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * What somebody is about to change: there from before he begins until all of it is done and on record, and longer only
 * where he was killed. Who writes or deletes it holds the lock {@code apply}.
 */
public final class Intent {
  private final Path file;

  Intent(Path file) {
    this.file = file;
  }

  /** Where it is, for messages. */
  public Path file() {
    return file;
  }

  /**
   * Says what is about to be changed.
   *
   * @throws StoreException when it cannot be written; then nothing may be changed
   */
  public void declare(String text) throws IOException {
    try {
      byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(file, bytes, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw StoreException.because("cannot write " + file, e);
    }
  }

  /** What was about to be changed; empty where nothing is left to do. Removes what killed writers of it left. */
  public Optional<byte[]> left() throws IOException {
    AtomicFile.removeLeftOversOf(file);
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** It is done, and on record. */
  public void fulfil() throws IOException {
    Files.delete(file);
  }
}
