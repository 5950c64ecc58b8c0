package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  private static final String STATUS =
      """
      Name:	sh
      State:	S (sleeping)
      PPid:	42
      VmPeak:	    9000 kB
      VmSize:	    1000 kB
      RssAnon:	      10 kB
      RssFile:	     500 kB
      RssShmem:	     600 kB
      VmData:	     300 kB
      VmStk:	     100 kB
      VmPTE:	       4 kB
      VmSwap:	       5 kB
      HugetlbPages:	    2048 kB
      """;

  @Test
  void filesAndSharedMemoryAreNotAProcesssOwn() throws Exception {
    ProcessMemory memory = ProcessMemory.parse(STATUS);
    assertEquals(new ProcessMemory(42, (10 + 5 + 4 + 2048) << 10, (4 + 2048) << 10, 600 << 10), memory);
  }

  @Test
  void whatHasEndedHasNone() throws Exception {
    assertEquals(ProcessMemory.NONE, ProcessMemory.parse("Name:\tsh\nState:\tZ (zombie)\nPPid:\t42\n"));
  }

  @Test
  void aNameIsNoLine() throws Exception {
    String named = STATUS.replace("Name:\tsh", "Name:\t\\nRssAnon:\t900 kB");
    assertEquals(ProcessMemory.parse(STATUS), ProcessMemory.parse(named));
  }

  @Test
  void whatIsNoNumberIsAnError() {
    assertThrows(IOException.class, () -> ProcessMemory.parse(STATUS.replace(" 10 kB", " ten kB")));
  }

  @Test
  void thisProcessHasMemory() throws Exception {
    ProcessMemory memory = ProcessMemory.parse(Files.readString(Path.of("/proc/self/status")));
    assertTrue(memory.anonymous() > 1 << 20 && memory.unshared() > 0 && memory.parent() > 0, memory.toString());
  }
}
