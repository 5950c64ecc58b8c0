package org.chrootlite.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1, 1 B",
    "999, 999 B",
    "1000, 1 KB",
    "1023, 1.02 KB",
    "1024, 1 KiB",
    "1500, 1.5 KB",
    "14208, 14.21 KB",
    "65536, 64 KiB",
    "16000000, 16 MB",
    "128000000, 128 MB",
    "1048576, 1 MiB",
    "1073741824, 1 GiB",
    "1500000000, 1.5 GB",
    "5000000000000, 5000 GB",
    "9223372036854775807, 9223372036.85 GB",
  })
  void bytesAreSaidInTheUnitThatSaysThemShortest(long bytes, String text) {
    assertEquals(text, Amount.bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 us",
    "500, 0.5 us",
    "12500, 12.5 us",
    "1000000, 1 ms",
    "250000000, 250 ms",
    "1000000000, 1 s",
    "1500000000, 1.5 s",
    "90000000000, 90 s",
  })
  void durationsAreSaidInSecondsOrParts(long nanoseconds, String text) {
    assertEquals(text, Amount.duration(nanoseconds));
  }
}
