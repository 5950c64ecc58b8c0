package org.chrootlite.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of a history: the one that grows, and those before it, which have a number each (more is newer) and never
 * change.
 */
record Segments(Path directory) {
  private static final String STEM = "history";
  private static final String SUFFIX = ".jsonl";
  private static final int MOST_DIGITS = 9;

  /** The file that grows. */
  Path current() {
    return directory.resolve(STEM + SUFFIX);
  }

  /** The name for the current file when it is full. The caller holds the lock that all writers hold. */
  Path next() throws IOException {
    List<Path> full = full();
    int number = full.isEmpty() ? 0 : number(full.getLast()).orElseThrow();
    return directory.resolve(STEM + "-" + (number + 1) + SUFFIX);
  }

  /** Those that are full, the oldest first; none where there is no such directory. */
  List<Path> full() throws IOException {
    TreeMap<Integer, Path> files = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        number(entry).ifPresent(number -> files.put(number, entry));
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return List.copyOf(files.values());
  }

  private static Optional<Integer> number(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!name.startsWith(STEM + "-") || !name.endsWith(SUFFIX)) {
      return Optional.empty();
    }
    String digits = name.substring(STEM.length() + 1, name.length() - SUFFIX.length());
    boolean number =
        !digits.isEmpty()
            && digits.length() <= MOST_DIGITS
            && digits.charAt(0) != '0'
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Optional.of(Integer.valueOf(digits)) : Optional.empty();
  }

  /**
   * All files as they are at one time, the oldest first.
   *
   * @param current open; empty where nothing has been written since the last one became full
   */
  record Snapshot(List<Path> full, Optional<FileChannel> current) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (current.isPresent()) {
        current.get().close();
      }
    }
  }

  /** Opens the current file between two looks at the others that agree: else it may be one of them by now. */
  Snapshot open() throws IOException {
    List<Path> before = full();
    while (true) {
      Snapshot snapshot = new Snapshot(before, openCurrent());
      List<Path> after;
      boolean agree = false;
      try {
        after = full();
        agree = after.equals(before);
      } finally {
        if (!agree) {
          snapshot.close();
        }
      }
      if (agree) {
        return snapshot;
      }
      before = new ArrayList<>(after);
    }
  }

  private Optional<FileChannel> openCurrent() throws IOException {
    try {
      return Optional.of(openToRead(current()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  static FileChannel openToRead(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }
}
