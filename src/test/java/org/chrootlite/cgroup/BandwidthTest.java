package org.chrootlite.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BandwidthTest {
  @Test
  void aTenthOfASecondIsDividedAsFarAsTheKernelDividesIt() {
    assertEquals(new Bandwidth(150_000, 100_000), Bandwidth.of(1_500));
    assertEquals(new Bandwidth(1_000, 100_000), Bandwidth.of(10));
  }

  @Test
  void lessThanAHundredthTakesALongerPeriod() {
    assertEquals(new Bandwidth(9_000, 1_000_000), Bandwidth.of(9));
    assertEquals(new Bandwidth(1_000, 1_000_000), Bandwidth.of(1));
  }

  @Test
  void moreThanAnyMachineHasIsNoOverflow() {
    assertTrue(Bandwidth.of(Long.MAX_VALUE).quota() > 1_000_000_000L);
  }

  @Test
  void bandwidthsAreComparedWhateverTheirPeriods() {
    assertTrue(Bandwidth.of(500).exceeds(10_000, 100_000));
    assertFalse(Bandwidth.of(500).exceeds(25_000, 50_000));
    assertFalse(Bandwidth.of(9).exceeds(1_000, 100_000));
  }
}
