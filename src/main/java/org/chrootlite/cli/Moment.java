package org.chrootlite.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A point in time as users write it.
 *
 * @param now what durations are counted back from
 * @param zone of times that name none
 */
record Moment(Instant now, ZoneId zone) {
  /** What can be written, for messages and help. */
  static final String FORMS = "2h, 30m, 7d, 2026-11-22 or 2026-11-22T08:15";

  /** Longer ones are beyond the calendar. */
  private static final int MOST_DIGITS = 9;

  /**
   * Reads {@code 2h} (so long ago; s, m, h, d and w), {@code 2026-11-22}, {@code 2026-11-22T08:15} (also with seconds,
   * and with a zone, as in ISO 8601).
   *
   * @param after whether a day means its end rather than its beginning: who says until that day means it, too
   * @return empty for anything else
   */
  Optional<Instant> read(String text, boolean after) {
    Optional<Duration> ago = duration(text);
    try {
      if (ago.isPresent()) {
        return Optional.of(now.minus(ago.get()));
      }
      if (text.indexOf('T') < 0) {
        return Optional.of(LocalDate.parse(text).plusDays(after ? 1 : 0).atStartOfDay(zone).toInstant());
      }
      boolean zoned = text.endsWith("Z") || text.indexOf('+') > 0 || text.lastIndexOf('-') > text.indexOf('T');
      return Optional.of(
          zoned ? OffsetDateTime.parse(text).toInstant() : LocalDateTime.parse(text).atZone(zone).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** A time as tables show it, such as {@code 2026-11-22 08:15:00}. */
  static String local(Instant instant, ZoneId zone) {
    LocalDateTime local = LocalDateTime.ofInstant(instant, zone).truncatedTo(ChronoUnit.SECONDS);
    LocalTime time = local.toLocalTime();
    // Which leaves out seconds that are 0.
    return local.toLocalDate() + " " + time + (time.getSecond() == 0 ? ":00" : "");
  }

  private static Optional<Duration> duration(String text) {
    int digits = text.length() - 1;
    if (digits < 1 || digits > MOST_DIGITS || !text.substring(0, digits).chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    long number = Long.parseLong(text.substring(0, digits));
    return switch (text.charAt(digits)) {
      case 's' -> Optional.of(Duration.ofSeconds(number));
      case 'm' -> Optional.of(Duration.ofMinutes(number));
      case 'h' -> Optional.of(Duration.ofHours(number));
      case 'd' -> Optional.of(Duration.ofDays(number));
      case 'w' -> Optional.of(Duration.ofDays(7 * number));
      default -> Optional.empty();
    };
  }
}
