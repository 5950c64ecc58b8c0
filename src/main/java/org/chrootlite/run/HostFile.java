package org.chrootlite.run;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Set;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.Syscall;

/**
 * Opens a file of the host that a manifest names. It may lie where scripts write: one that has become a link, or lies
 * behind one, may be any file of the host by now, and a FIFO would keep who opens it waiting.
 */
public final class HostFile {
  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private HostFile() {}

  /**
   * Opens a regular file, without following any link.
   *
   * @param path absolute and free of links
   * @throws NoSuchFileException when there is nothing
   * @throws FileSystemLoopException when a link is in the way
   * @throws FileSystemException when it is no regular file, or may not be read
   */
  public static InputStream open(Path path, Architecture architecture) throws IOException {
    try {
      return walk(path);
    } catch (IOException e) {
      // Not only what must not be read, but also what lies in a directory that may be passed, not listed.
      return openAtOnce(path, architecture);
    }
  }

  /** From directory to directory: Java's own way, which needs no tens of milliseconds to be made. */
  @SuppressWarnings("StreamResourceLeak") // Each is closed when the next one is open.
  private static InputStream walk(Path path) throws IOException {
    SecureDirectoryStream<Path> at = HeldDirectory.open(Path.of("/"));
    try {
      for (int i = 0; i < path.getNameCount() - 1; i++) {
        SecureDirectoryStream<Path> above = at;
        try (above) {
          at = above.newDirectoryStream(path.getName(i), LinkOption.NOFOLLOW_LINKS);
        }
      }
      Path name = path.getName(path.getNameCount() - 1);
      BasicFileAttributeView view =
          at.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      if (!view.readAttributes().isRegularFile()) {
        throw new FileSystemException(path.toString(), null, "not a regular file");
      }
      return Channels.newInputStream(at.newByteChannel(name, READ));
    } finally {
      at.close();
    }
  }

  private static InputStream openAtOnce(Path path, Architecture architecture) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SystemCalls calls = new SystemCalls(architecture, arena);
      long flags = FileFlags.O_RDONLY | FileFlags.O_NONBLOCK | FileFlags.O_NOCTTY | FileFlags.O_CLOEXEC;
      MemorySegment how = arena.allocateFrom(JAVA_LONG, flags, 0, FileFlags.RESOLVE_NO_SYMLINKS);
      MemorySegment name = arena.allocateFrom(path.toString());
      long file =
          calls.call(Syscall.OPENAT2, FileFlags.AT_FDCWD, name.address(), how.address(), how.byteSize(), 0);
      if (file < 0) {
        throw failure(path, (int) -file);
      }
      try {
        // What is opened by this path is what was opened above, wherever its name leads to by now.
        Path opened = Path.of("/proc/self/fd", Long.toString(file));
        if (!Files.isRegularFile(opened)) {
          throw new FileSystemException(path.toString(), null, "not a regular file");
        }
        return Files.newInputStream(opened);
      } finally {
        calls.call(Syscall.CLOSE, file, 0, 0, 0, 0);
      }
    }
  }

  private static IOException failure(Path path, int errno) {
    String file = path.toString();
    if (errno == Errno.ENOENT.number() || errno == Errno.ENOTDIR.number()) {
      return new NoSuchFileException(file);
    }
    if (errno == Errno.ELOOP.number()) {
      return new FileSystemLoopException(file);
    }
    return errno == Errno.EACCES.number()
        ? new AccessDeniedException(file)
        : new FileSystemException(file, null, Errno.describe(errno));
  }
}
