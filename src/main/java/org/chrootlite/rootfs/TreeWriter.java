package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes planned trees, and removes them. */
final class TreeWriter {
  /** Told at each step of so many entries; a terminal shows no more. */
  private static final int STEP = 50;

  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> OWNED = PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

  private TreeWriter() {}

  /**
   * Writes every entry. Permissions are given explicitly: the umask of the caller, setuid bits, file capabilities and
   * access control lists of the host have no say.
   *
   * @param root does not exist yet
   * @throws RootfsException when a file of the host is not as it was planned
   */
  static void write(TreePlan plan, Path root, String template, Progress progress) throws IOException {
    RootedTree tree = new RootedTree(root);
    int total = plan.entries().size();
    int done = 0;
    for (Map.Entry<String, TreePlan.Entry> entry : plan.entries().entrySet()) {
      if (done % STEP == 0) {
        progress.preparing(template, done, total);
      }
      write(tree.onHost(entry.getKey()), entry.getValue());
      done++;
    }
    progress.preparing(template, total, total);
  }

  private static void write(Path target, TreePlan.Entry entry) throws IOException {
    switch (entry) {
      case TreePlan.Directory directory -> {
        Files.createDirectory(target);
        Files.setPosixFilePermissions(target, OPEN);
      }
      case TreePlan.Link(String to) -> Files.createSymbolicLink(target, Path.of(to));
      case TreePlan.Text text -> {
        Files.write(target, text.bytes(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.setPosixFilePermissions(target, READABLE);
      }
      case TreePlan.Copied(Path source, FileStat stat) -> {
        copy(source, target, stat);
        Files.setPosixFilePermissions(target, stat.isExecutable() ? OPEN : READABLE);
        // Python takes a compiled module only when it knows the time of its source.
        Files.setLastModifiedTime(target, FileTime.from(stat.modified(), TimeUnit.NANOSECONDS));
      }
    }
  }

  private static void copy(Path source, Path target, FileStat planned) throws IOException {
    try (FileChannel from = FileChannel.open(source, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        FileChannel to =
            FileChannel.open(
                target,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PRIVATE))) {
      long copied = 0;
      long now;
      do {
        now = from.transferTo(copied, planned.size() - copied, to);
        copied += now;
      } while (now > 0 && copied < planned.size());
    } catch (NoSuchFileException e) {
      throw new RootfsException(changed(source), e);
    }
    if (!FileStat.of(source, LinkOption.NOFOLLOW_LINKS).equals(Optional.of(planned))) {
      throw new RootfsException(changed(source));
    }
  }

  private static String changed(Path source) {
    return source + " of the host changed while it was copied; is software being installed? Try again";
  }

  /** Removes a tree, links and not what they lead to; nothing happens when there is none. */
  static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          // Directories of ours that somebody has closed to us are opened: here, those that cannot be listed.
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (!(e instanceof AccessDeniedException) || Files.isReadable(file)) {
              throw e;
            }
            Files.setPosixFilePermissions(file, OWNED);
            delete(file);
            return FileVisitResult.CONTINUE;
          }

          // And here those that cannot be changed.
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
              Files.setPosixFilePermissions(directory, OWNED);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
