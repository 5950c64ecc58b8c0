package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HolderTextTest {
  private static final HolderText TEXT = new HolderText("apply of manifests/", 1234, 1_792_924_262L);

  @Test
  void itReadsAsPeopleWriteIt() {
    LocalDate day = LocalDate.of(2026, 10, 25);
    assertEquals("apply of manifests/ (pid 1234, since 10:31:02)", TEXT.describe(ZoneOffset.UTC, day));
    assertEquals(
        "apply of manifests/ (pid 1234, since 2026-10-25 10:31:02)", TEXT.describe(ZoneOffset.UTC, day.plusDays(1)));
  }

  @Test
  void whatIsWrittenIsALineOfItsSizeAndReadAgain() {
    byte[] record = TEXT.encode(64);
    assertEquals(64, record.length);
    assertEquals('\n', record[63]);
    assertEquals(Optional.of(TEXT), HolderText.decode(record));
  }

  @Test
  void whatIsTooLongIsCutBetweenCharacters() {
    HolderText text = new HolderText("é".repeat(200), 1, 2);
    for (int size = 30; size < 40; size++) {
      byte[] record = text.encode(size);
      assertEquals(size, record.length);
      String purpose = HolderText.decode(record).orElseThrow().purpose();
      assertEquals("é".repeat((size - 1 - 4) / 2), purpose);
    }
  }

  @Test
  void whatIsNoLineOfOursIsNobody() {
    for (String wrong : new String[] {"", "\0\0\0", "1 2", "x 2 apply", "1 x apply"}) {
      assertEquals(Optional.empty(), HolderText.decode(wrong.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void aLineStaysOne() {
    assertEquals("run a?b", HolderText.now("run a\nb").purpose());
  }
}
