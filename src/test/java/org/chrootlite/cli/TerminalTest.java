package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What a real terminal gives is seen in {@code EntryIT}. */
class TerminalTest {
  private static final int NEVER_OPEN = 1_000_000;

  @Test
  void aClosedDescriptorIsNeitherTerminalNorPipe() {
    assertEquals(false, Terminal.isTerminal(NEVER_OPEN));
    assertEquals(false, Terminal.isPipe(NEVER_OPEN));
  }
}
