package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProcessTimesTest {
  private static final String REST =
      " S 42 77 77 0 -1 4194304 90 0 0 0 3 4 50 60 20 0 7 0 990011 3133440 390 18446744073709551615 0 0";

  @Test
  void timesAreInNanoseconds() throws Exception {
    ProcessTimes times = ProcessTimes.parse("77 (sh)" + REST + "\n");
    assertEquals(new ProcessTimes('S', 70_000_000, 1_100_000_000, 7, 990011), times);
    assertFalse(times.isRunning());
    assertTrue(ProcessTimes.parse("77 (sh)" + REST.replace(" S ", " R ")).isRunning());
  }

  /** Whatever a process calls itself: see PR_SET_NAME of prctl(2). */
  @Property
  void aNameTellsNothing(@ForAll String name) throws Exception {
    assertEquals(ProcessTimes.parse("77 (sh)" + REST), ProcessTimes.parse("77 (" + name + ")" + REST));
  }

  @Test
  void aNameThatLooksLikeAStateIsNone() throws Exception {
    ProcessTimes times = ProcessTimes.parse("77 (a) R 1 1 1 0 -1 0 0 0 0 0 9 9 9 9 20 0 9 0 9 9 9\n()" + REST);
    assertEquals('S', times.state());
    assertEquals(70_000_000, times.own());
  }

  @Test
  void whatIsNoStateIsAnError() {
    assertThrows(IOException.class, () -> ProcessTimes.parse(""));
    assertThrows(IOException.class, () -> ProcessTimes.parse("77 (sh) S 42"));
    assertThrows(IOException.class, () -> ProcessTimes.parse("77 (sh)" + REST.replace("990011", "x")));
  }

  @Test
  void thisProcessHasUsedTime() throws Exception {
    ProcessTimes times = ProcessTimes.parse(Files.readString(Path.of("/proc/self/stat")));
    assertTrue(times.own() > 0 && times.threads() > 1, times.toString());
  }
}
