package org.chrootlite.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OvercommitTest {
  private static final MemoryInfo MEMORY =
      memory(
          "MemTotal:       24684088 kB",
          "MemFree:        16000000 kB",
          "SwapTotal:       1000000 kB",
          "CommitLimit:    13342044 kB",
          "HugePages_Total:       0");

  private static MemoryInfo memory(String... lines) {
    return new MemoryInfo(List.of(lines));
  }

  @Test
  void whatTheMachineDoesNotHaveIsRefusedByDefault() throws IOException {
    assertEquals(25_684_088L * 1024, Overcommit.largestMapping("0", MEMORY));
  }

  @Test
  void nothingIsRefusedWhereTheHostPromisesAll() throws IOException {
    assertEquals(Long.MAX_VALUE, Overcommit.largestMapping("1", MEMORY));
  }

  @Test
  void theCommitLimitCountsWhereTheHostPromisesNoMore() throws IOException {
    assertEquals(13_342_044L * 1024, Overcommit.largestMapping("2", MEMORY));
  }

  @Test
  void whatTheKernelDoesNotSayIsNotGuessed() {
    assertThrows(IOException.class, () -> Overcommit.largestMapping("3", MEMORY));
    assertThrows(IOException.class, () -> Overcommit.largestMapping("0", memory("MemTotal: 5 kB")));
    assertThrows(IOException.class, () -> Overcommit.largestMapping("2", memory("CommitLimit: many kB")));
  }

  @Test
  void thisMachineSays() throws IOException {
    assertTrue(Overcommit.largestMapping() > 1 << 20);
  }
}
