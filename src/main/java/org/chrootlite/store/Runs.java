package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.Set;
import java.time.temporal.ChronoUnit;

/** The directories of runs: each is locked while its run goes on, and removed after it unless something is kept. */
public final class Runs {
  private static final String LOCK = "lock";
  private static final String KEPT = "kept";

  private final Path directory;
  private final StateDirectory state;

  Runs(Path directory, StateDirectory state) {
    this.directory = directory;
    this.state = state;
  }

  /** The place of one run, until it is closed. */
  public final class Run implements AutoCloseable {
    private final String id;
    private final Path directory;
    private final LockFile.Held lock;
    private boolean kept;

    private Run(String id, Path directory, LockFile.Held lock) {
      this.id = id;
      this.directory = directory;
      this.lock = lock;
    }

    /** Such as {@code 20261122T081500Z-4f7c1e}: when it began, in UTC, and random digits; ids sort by time. */
    public String id() {
      return id;
    }

    /** Named by the id, empty but for its lock. */
    public Path directory() {
      return directory;
    }

    /** Lets the directory stay when the run is over. */
    public void keep() throws IOException {
      Files.createFile(directory.resolve(KEPT));
      kept = true;
    }

    /** Ends the run, and removes its directory unless it is kept. */
    @Override
    public void close() throws IOException {
      // Who begins a run at this moment looks for left-overs: it must not take a half removed directory for one.
      LockFile.Held all = state.lock("runs").exclusive();
      try (all; lock) {
        if (!kept) {
          delete(directory);
        }
      }
    }
  }

  /**
   * Makes the directory of a new run that begins now, and removes what killed runs have left.
   *
   * @param permissions of the directory: who may pass through it
   */
  public Run create(Instant now, Set<PosixFilePermission> permissions) throws IOException {
    LockFile.Held all = state.lock("runs").exclusive();
    try (all) {
      removeLeftOvers();
      while (true) {
        String id = id(now, AtomicFile.randomHex(6));
        try {
          Path run = Files.createDirectory(directory.resolve(id));
          // Set now, not at its creation: the umask would take some away.
          Files.setPosixFilePermissions(run, permissions);
          return new Run(id, run, LockFile.at(run, LOCK).exclusive());
        } catch (FileAlreadyExistsException e) {
          // One in 16 million: draw again.
        }
      }
    }
  }

  /** A run whose process was killed has left its directory, and the kernel has let go of its lock. */
  private void removeLeftOvers() throws IOException {
    try (DirectoryStream<Path> runs = Files.newDirectoryStream(directory)) {
      for (Path run : runs) {
        if (Files.exists(run.resolve(KEPT))) {
          continue;
        }
        Optional<LockFile.Held> dead = LockFile.at(run, LOCK).tryExclusive();
        if (dead.isPresent()) {
          LockFile.Held lock = dead.get();
          try (lock) {
            delete(run);
          }
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          delete(entry);
        } else {
          Files.delete(entry);
        }
      }
    }
    Files.delete(directory);
  }

  static String id(Instant when, String random) {
    ZonedDateTime utc = when.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneOffset.UTC);
    // By hand: a DateTimeFormatter costs more at start-up than all the rest of a run's directory.
    return pad(utc.getYear(), 4)
        + pad(utc.getMonthValue(), 2)
        + pad(utc.getDayOfMonth(), 2)
        + "T"
        + pad(utc.getHour(), 2)
        + pad(utc.getMinute(), 2)
        + pad(utc.getSecond(), 2)
        + "Z-"
        + random;
  }

  private static String pad(int value, int digits) {
    String text = Integer.toString(value);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }
}
