package org.chrootlite.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.chrootlite.json.JsonReader;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.store.LockFile;
import org.chrootlite.store.StateDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The history of one state directory, for who adds to it; {@link HistoryReader} reads it.
 *
 * <p>It is one line of JSON for each {@link Entry}, appended under a lock. What was written is never changed or
 * removed: a file that is full is renamed, and a new one begun. A line that a killed writer has left half done stays
 * so, on a line of its own.
 *
 * <p>All threads of a process may share one of these.
 */
public final class History {
  /** When a file is full, in bytes. */
  private static final long FULL = 16 << 20;

  private static final String LOCK = "history";

  private final StateDirectory state;
  private final Segments segments;
  private final long full;

  // What is appended to, and which file that is; null before the first line and after force(). Guarded by this.
  private @Nullable FileChannel channel;
  private @Nullable Object identity;

  private History(StateDirectory state, long full) {
    this.state = state;
    this.segments = new Segments(state.home());
    this.full = full;
  }

  /** The history of this state directory. */
  public static History in(StateDirectory state) {
    return new History(state, FULL);
  }

  /**
   * With files of another size.
   *
   * @param full before a line would make the file larger, a new one begins
   */
  static History in(StateDirectory state, long full) {
    return new History(state, full);
  }

  /**
   * Adds a line. Another process sees it when this returns; a power failure may lose it before {@link #force}.
   *
   * @param entry with the fields that {@link Entry} names
   * @throws HistoryException when it cannot be written; then nothing of it is there
   */
  public synchronized void append(Map<String, ?> entry) throws IOException {
    byte[] line = (JsonWriter.toJson(entry) + "\n").getBytes(StandardCharsets.UTF_8);
    if (line.length > JsonReader.LONGEST) {
      throw new HistoryException(
          "an entry of %d bytes is too long for the history %s".formatted(line.length, segments.current()));
    }
    LockFile.Held lock = state.lock(LOCK).exclusive("a line of the history");
    try (lock) {
      write(line);
    } catch (HistoryException e) {
      throw e;
    } catch (IOException e) {
      throw new HistoryException(
          "cannot write the history %s: %s; what was done is not recorded there, so make room or mend its permissions"
              .formatted(segments.current(), reason(e)),
          e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
  }

  private void write(byte[] line) throws IOException {
    FileChannel file = open();
    long size = file.size();
    if (size > 0 && size + line.length > full) {
      // At the new name the old file is as durable as it was; force() sees to the directory.
      Files.move(segments.current(), segments.next(), StandardCopyOption.ATOMIC_MOVE);
      file = open();
      size = file.size();
    }
    boolean damaged = size > 0 && !Lines.endsLine(file, size);
    ByteBuffer bytes = ByteBuffer.allocate(line.length + 1);
    if (damaged) {
      bytes.put((byte) '\n');
    }
    bytes.put(line).flip();
    try {
      // One call, or who is killed between two leaves half a line.
      for (long position = size; bytes.hasRemaining(); ) {
        position += file.write(bytes, position);
      }
    } catch (IOException e) {
      cutBack(file, size, e);
      throw e;
    }
  }

  /** The file that is the current one now. The caller holds the lock, so that it stays so. */
  private FileChannel open() throws IOException {
    Path path = segments.current();
    FileChannel known = channel;
    if (known != null && known.isOpen()) {
      if (isSame(path)) {
        return known;
      }
      force();
    }
    FileChannel opened =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    channel = opened;
    identity = attributes(path).fileKey();
    return opened;
  }

  private boolean isSame(Path path) throws IOException {
    try {
      return attributes(path).fileKey().equals(identity);
    } catch (NoSuchFileException e) {
      return false; // another process has found it full
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Where even that fails, the next line begins on a line of its own. */
  private static void cutBack(FileChannel file, long size, IOException cause) {
    try {
      file.truncate(size);
    } catch (IOException second) {
      cause.addSuppressed(second);
    }
  }

  /**
   * Makes all that was appended durable: when this returns, a power failure loses nothing of it. Costs a few
   * milliseconds, so it is meant to be called once, before a command ends.
   */
  public synchronized void force() throws IOException {
    FileChannel file = channel;
    channel = null;
    identity = null;
    if (file != null) {
      try (file) {
        file.force(false);
      }
      // The file may be a new one, or have a new name: of ours, or of a process that died before it came to this.
      try (FileChannel directory = FileChannel.open(segments.directory(), StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }
}
