package org.chrootlite.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chrootlite.model.Sha256;
import org.chrootlite.plan.Damage;

/**
 * Files that are named by the SHA-256 of their content: written once, read often, never changed.
 *
 * <p>A name is no proof: whatever is read is compared with it. That is also why a new file is not synced, which would
 * take a disk's time for each of thousands: a power failure that cuts one short is found out like any other damage, and
 * who still has the content puts it there again.
 */
public final class Contents {
  private static final int BUFFER = 1 << 16;

  private final Path directory;
  private final Set<PosixFilePermission> permissions;
  private final StateDirectory state;
  private final AtomicBoolean swept = new AtomicBoolean();

  Contents(Path directory, String permissions, StateDirectory state) {
    this.directory = directory;
    this.permissions = Set.copyOf(PosixFilePermissions.fromString(permissions));
    this.state = state;
  }

  /**
   * The file of this content, which is written when it is not there, or is not what it should be.
   *
   * @return may be gone soon, as far as nobody keeps {@link #retain} from deleting it
   */
  public Path put(byte[] content) throws IOException {
    Path file = directory.resolve(Sha256.of(content));
    if (!holds(file, content)) {
      LockFile.Held lock = lock("writing of a file");
      try (lock) {
        // Once is enough: for each of a thousand files it would look at a thousand files.
        if (swept.compareAndSet(false, true)) {
          AtomicFile.removeLeftOvers(directory);
        }
        if (!holds(file, content)) {
          if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            Removal.delete(file, state.trash());
          }
          write(file, content);
        }
      }
    }
    return file;
  }

  /**
   * The content of this digest; empty where there is none, or what is there is something else.
   *
   * @param digest 64 lower-case hexadecimal digits
   */
  public Optional<byte[]> get(String digest) throws IOException {
    Path file = file(digest);
    if (attributes(file).isEmpty()) {
      return Optional.empty();
    }
    try {
      byte[] content = Files.readAllBytes(file);
      return Sha256.of(content).equals(digest) ? Optional.of(content) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** What has happened to the file of this digest; empty where it is as it should be. */
  public Optional<Damage> check(String digest) throws IOException {
    Path file = file(digest);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(Damage.MISSING);
    }
    try {
      return isWhole(file, digest) ? Optional.empty() : Optional.of(Damage.ALTERED);
    } catch (NoSuchFileException e) {
      return Optional.of(Damage.MISSING);
    }
  }

  /**
   * Gives the file of this digest a second name, which outlasts {@link #retain}; or copies it, where there can be no
   * second name.
   *
   * @param target must not exist
   * @throws NoSuchFileException when there is no such file, or it is not what it should be: the caller may put it there
   *     again
   * @throws FileAlreadyExistsException when the target exists
   */
  public void linkInto(String digest, Path target) throws IOException {
    Path file = file(digest);
    if (attributes(file).isEmpty()) {
      throw new NoSuchFileException(file.toString());
    }
    try {
      Files.createLink(target, file);
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException e) {
      // Another file system, one without hard links, or as many names as it allows (EXDEV, EPERM, EMLINK): see link(2).
      copy(digest, file, target);
      return;
    }
    // After it has the name that nobody else takes away.
    if (!isWhole(target, digest)) {
      Files.delete(target);
      throw new NoSuchFileException(file.toString(), null, "is not what it should be");
    }
  }

  private void copy(String digest, Path file, Path target) throws IOException {
    byte[] content = get(digest).orElseThrow(() -> new NoSuchFileException(file.toString()));
    AtomicFile.writeNew(target, content, permissions, false);
  }

  /** Deletes all files but those of these digests, and whatever else is in their directory. */
  public void retain(Set<String> digests) throws IOException {
    LockFile.Held lock = lock("deletion of files that nothing needs");
    try (lock;
        DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (!digests.contains(file.getFileName().toString())) {
          if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            Removal.delete(file, state.trash());
          } else {
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }

  /** Removes what killed writers left; the next one who writes would do it too, but there may be none for long. */
  public void removeLeftOvers() throws IOException {
    LockFile.Held lock = lock("removal of what killed writers left");
    try (lock) {
      AtomicFile.removeLeftOvers(directory);
    }
  }

  /** Who writes and who deletes exclude each other: else one would delete the other's unfinished file. */
  private LockFile.Held lock(String holder) throws IOException {
    return state.lock(directory.getFileName().toString()).exclusive(holder);
  }

  /**
   * Where the file of this digest is; it need not exist.
   *
   * @param digest 64 lower-case hexadecimal digits
   */
  public Path file(String digest) {
    if (!Sha256.isHex(digest)) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + digest);
    }
    return directory.resolve(digest);
  }

  /** Of a regular file with the right permissions; of nothing else. */
  private Optional<PosixFileAttributes> attributes(Path file) throws IOException {
    try {
      PosixFileAttributes found =
          Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isRegularFile() && found.permissions().equals(permissions) ? Optional.of(found) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private boolean holds(Path file, byte[] content) throws IOException {
    Optional<PosixFileAttributes> found = attributes(file);
    if (found.isEmpty() || found.get().size() != content.length) {
      return false;
    }
    try {
      return Arrays.equals(Files.readAllBytes(file), content);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private boolean isWhole(Path file, String digest) throws IOException {
    if (attributes(file).isEmpty()) {
      return false;
    }
    Sha256 sha256 = new Sha256();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      while (channel.read(buffer) >= 0) {
        sha256.add(Arrays.copyOf(buffer.array(), buffer.position()));
        buffer.clear();
      }
    }
    return sha256.hex().equals(digest);
  }

  private void write(Path file, byte[] content) throws IOException {
    try {
      AtomicFile.writeUnsynced(file, content, permissions);
    } catch (IOException e) {
      throw StoreException.because("cannot write " + file, e);
    }
  }
}
