package org.chrootlite.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One output stream of a run: passed on to the caller, and kept in a file up to a size.
 *
 * <p>A copy that fails, as on a full disk, must not change how the script runs: it is given up. Where the caller's
 * stream fails, its reader is gone: that failure is passed on, and what was printed until then is kept.
 */
final class Transcript extends OutputStream {
  /** What is kept of one stream, in bytes. */
  static final long MOST = 1 << 20;

  private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

  private final OutputStream to;
  private final Path file;
  private @Nullable OutputStream copy;
  private long printed;
  private long kept;
  private @Nullable IOException failure;

  /**
   * A stream of which nothing was printed yet.
   *
   * @param file does not exist yet, and comes into being with the first byte
   */
  Transcript(OutputStream to, Path file) {
    this.to = to;
    this.file = file;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    printed += length;
    keep(bytes, offset, (int) Math.min(length, MOST - kept));
    to.write(bytes, offset, length);
  }

  @Override
  public synchronized void flush() throws IOException {
    to.flush();
  }

  /** Ends the copy; what is passed on stays open. A disk that turns out to be full is one of the problems. */
  @Override
  public synchronized void close() {
    OutputStream ended = copy;
    copy = null;
    if (ended != null) {
      try {
        ended.close();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
      }
    }
  }

  private void keep(byte[] bytes, int offset, int length) {
    if (length <= 0 || failure != null) {
      return;
    }
    try {
      if (copy == null) {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PRIVATE));
        copy = Files.newOutputStream(file, StandardOpenOption.WRITE);
      }
      copy.write(bytes, offset, length);
      kept += length;
    } catch (IOException e) {
      failure = e;
    }
  }

  /** How many bytes the script printed. */
  synchronized long printed() {
    return printed;
  }

  /** Why not all of what should be kept is; empty where it is. */
  synchronized Optional<String> problem() {
    return Optional.ofNullable(failure).map(IOException::getMessage);
  }
}
