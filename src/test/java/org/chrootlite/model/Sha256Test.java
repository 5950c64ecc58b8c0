package org.chrootlite.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class Sha256Test {
  /** The example of FIPS 180-4, as NIST publishes it. */
  private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void theStandardsExample() {
    assertEquals(ABC, Sha256.of("abc".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void partsAddUpToTheWhole() {
    assertEquals(ABC, new Sha256().add((byte) 'a').add("bc".getBytes(StandardCharsets.US_ASCII)).hex());
    assertEquals("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", new Sha256().hex());
  }

  @Test
  void aDigestIsToldFromOtherTexts() {
    assertTrue(Sha256.isHex(ABC));
    String upper = ABC.toUpperCase(Locale.ROOT);
    for (String other : List.of("", ABC.substring(1), ABC + "0", upper, "." + ABC.substring(1))) {
      assertFalse(Sha256.isHex(other), other);
    }
  }
}
