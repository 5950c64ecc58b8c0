package org.chrootlite.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryInfoTest {
  @Test
  void availableIsWhatTheKernelSaysAndNotWhatIsFree() throws IOException {
    MemoryInfo memory = new MemoryInfo(List.of("MemFree:        16000000 kB", "MemAvailable:   18000000 kB"));
    assertEquals(18_000_000L * 1024, memory.available());
  }

  @Test
  void whatTheKernelDoesNotSayIsNotGuessed() {
    assertThrows(IOException.class, new MemoryInfo(List.of("MemFree: 5 kB"))::available);
    assertThrows(IOException.class, new MemoryInfo(List.of("MemAvailable: many kB"))::available);
    assertThrows(IOException.class, new MemoryInfo(List.of("MemAvailable: 5"))::available);
  }

  @Test
  void thisMachineSays() throws IOException {
    assertTrue(MemoryInfo.read().available() > 1 << 20);
  }
}
