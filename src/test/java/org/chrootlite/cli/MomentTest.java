package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
  private static final Moment MOMENT = new Moment(Instant.parse("2026-11-22T12:00:00Z"), ZoneId.of("Europe/Berlin"));

  @ParameterizedTest
  @CsvSource({
    "45s, 2026-11-22T11:59:15Z",
    "30m, 2026-11-22T11:30:00Z",
    "2h, 2026-11-22T10:00:00Z",
    "7d, 2026-11-15T12:00:00Z",
    "1w, 2026-11-15T12:00:00Z",
    "0h, 2026-11-22T12:00:00Z",
    "2026-11-22, 2026-11-21T23:00:00Z",
    "2026-07-22, 2026-07-21T22:00:00Z",
    "2026-11-22T08:15, 2026-11-22T07:15:00Z",
    "2026-11-22T08:15:30, 2026-11-22T07:15:30Z",
    "2026-11-22T08:15Z, 2026-11-22T08:15:00Z",
    "2026-11-22T08:15:30.5Z, 2026-11-22T08:15:30.5Z",
    "2026-11-22T08:15-05:00, 2026-11-22T13:15:00Z",
    "2026-11-22T08:15+05:30, 2026-11-22T02:45:00Z",
  })
  void timesAreAgoOrOfTheCalendar(String text, String expected) {
    assertEquals(Optional.of(Instant.parse(expected)), MOMENT.read(text, false));
  }

  @Test
  void untilADayIsUntilItsEnd() {
    assertEquals(Optional.of(Instant.parse("2026-11-22T23:00:00Z")), MOMENT.read("2026-11-22", true));
    assertEquals(MOMENT.read("2026-11-22T08:15", false), MOMENT.read("2026-11-22T08:15", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "h", "2", "2 h", "-2h", "2y", "1.5h", "9999999999h", "tomorrow", "2026-13-01", "2026-02-30",
        "2026-11-22T", "2026-11-22T25:00", "T08:15", "22.11.2026", "2026-11-22T08:15+99:00", "٢h"
      })
  void anythingElseIsNone(String text) {
    for (boolean after : new boolean[] {false, true}) {
      assertEquals(Optional.empty(), MOMENT.read(text, after), text);
    }
  }
}
