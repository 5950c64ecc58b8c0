package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/** The directories of runs. */
public final class Runs {
  /**
   * The place of one run.
   *
   * @param id such as {@code 20261122T081500Z-4f7c1e}: when it began, in UTC, and random digits; ids sort by time
   * @param directory private to the caller, named by the id, empty at first
   */
  public record Run(String id, Path directory) {}

  private final Path directory;

  Runs(Path directory) {
    this.directory = directory;
  }

  /** Makes the directory of a new run that begins now. */
  public Run create(Instant now) throws IOException {
    while (true) {
      String id = id(now, AtomicFile.randomHex(6));
      try {
        Path run =
            Files.createDirectory(
                directory.resolve(id),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new Run(id, run);
      } catch (FileAlreadyExistsException e) {
        // One in 16 million: draw again.
      }
    }
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
