package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a file of one size that was changed after a moment. The trees are hostile: no link is followed, and what
 * cannot be looked at is passed by.
 *
 * @param size in bytes
 * @param since changes before it do not count
 */
record WrittenFiles(long size, Instant since) {
  /** How many files and directories are looked at, and how deep: a run is not to keep us busy when it is over. */
  private static final int MOST = 100_000;

  private static final int DEEPEST = 64;

  /** By how much the clock that file systems use may be late, in milliseconds: it goes by ticks. */
  private static final int TICK = 10;

  /**
   * The path of such a file in the sandbox.
   *
   * @param tree a directory or a file
   * @param target where the sandbox has it
   */
  Optional<String> find(Path tree, String target) throws IOException {
    Search search = new Search();
    Files.walkFileTree(tree, EnumSet.noneOf(FileVisitOption.class), DEEPEST, search);
    return search.found.map(file -> file.equals(tree) ? target : target + "/" + tree.relativize(file));
  }

  private final class Search extends SimpleFileVisitor<Path> {
    private Optional<Path> found = Optional.empty();
    private int left = MOST;

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      left--;
      return left <= 0 ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile() && attributes.size() == size && isChanged(file)) {
        found = Optional.of(file);
      }
      left--;
      return found.isPresent() || left <= 0 ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
      return FileVisitResult.CONTINUE;
    }

    /** By the time that no program can set. */
    private boolean isChanged(Path file) {
      try {
        FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
        return changed.toInstant().plusMillis(TICK).isAfter(since);
      } catch (IOException e) {
        return false;
      }
    }
  }
}
