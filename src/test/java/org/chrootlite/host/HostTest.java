package org.chrootlite.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTest {
  private static final String LIMITS =
      """
      Limit                     Soft Limit           Hard Limit           Units
      Max cpu time              unlimited            unlimited            seconds
      Max file size             unlimited            unlimited            bytes
      Max data size             unlimited            unlimited            bytes
      Max stack size            8388608              16777216             bytes
      Max core file size        0                    0                    bytes
      Max resident set          unlimited            unlimited            bytes
      Max processes             31359                31360                processes
      Max open files            1024                 1048576              files
      Max locked memory         8388608              8388608              bytes
      Max address space         unlimited            18446744073709551614 bytes
      Max file locks            unlimited            unlimited            locks
      Max pending signals       31359                31359                signals
      Max msgqueue size         819200               819200               bytes
      Max nice priority         0                    0
      Max realtime priority     0                    0
      Max realtime timeout      unlimited            unlimited            us
      """;

  @Test
  void theHardColumnCountsAndUnlimitedIsNoLimit() throws IOException {
    assertEquals(
        Map.of(
            Resource.STACK, 16777216L, Resource.CORE, 0L, Resource.NPROC, 31360L, Resource.NOFILE, 1048576L,
            Resource.SIGPENDING, 31359L, Resource.MSGQUEUE, 819_200L),
        Host.hardLimits(LIMITS.lines().toList()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Max open files            1024",
        "Max open files            1024                 many                 files",
        "Max open files            1024                 -5                   files",
        "Max open files"
      })
  void aLineThatCannotBeUsedIsAnError(String line) {
    List<String> lines = LIMITS.lines().map(each -> each.startsWith("Max open files") ? line : each).toList();
    assertThrows(IOException.class, () -> Host.hardLimits(lines));
  }

  @Test
  void aLineThatIsMissingIsAnError() {
    List<String> lines = LIMITS.lines().filter(line -> !line.startsWith("Max processes")).toList();
    IOException e = assertThrows(IOException.class, () -> Host.hardLimits(lines));
    assertTrue(String.valueOf(e.getMessage()).contains("Max processes"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "5.19.0, true",
    "5.18.19, false",
    "5.20-rc1, true",
    "5.19, true",
    "6.1.0-18-cloud-amd64, true",
    "10.0, true",
    "4.99, false",
    "6, false",
    "'', false",
    "5.x, false",
    "linux, false",
  })
  void aReleaseThatCannotBeReadCountsAsOlder(String release, boolean newEnough) {
    assertEquals(newEnough, Host.isAtLeast(release, 5, 19));
  }

  @Test
  void thisMachineIsOneThatLaunchersAreMadeFor() throws IOException {
    Host host = Host.current();
    assertEquals(System.getProperty("os.arch").equals("aarch64"), host.architecture() == Architecture.AARCH64);
    assertEquals(HostUser.current(), host.user());
  }
}
