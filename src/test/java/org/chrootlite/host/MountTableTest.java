package org.chrootlite.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MountTableTest {
  private static final MountTable TABLE =
      MountTable.parse(
          """
          22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
          23 22 0:21 / /proc rw,nosuid,nodev,noexec - proc proc rw
          24 22 0:30 / /mnt/with\\040blank rw,noexec shared:2 master:3 - tmpfs tmpfs rw
          25 24 0:31 / /mnt/with\\040blank/inner rw - tmpfs tmpfs rw
          26 22 0:32 / /mnt/within rw - xfs /dev/sdb rw
          a line of another kind
          """);

  @Test
  void aFileLiesInTheInnermostMount() {
    assertEquals(Optional.of("ext4"), TABLE.of(Path.of("/etc/passwd")).map(MountTable.Entry::type));
    assertEquals(Optional.of("proc"), TABLE.of(Path.of("/proc/self")).map(MountTable.Entry::type));
    assertTrue(TABLE.of(Path.of("/mnt/with blank/file")).orElseThrow().noExec());
    assertFalse(TABLE.of(Path.of("/mnt/with blank/inner/file")).orElseThrow().noExec());
  }

  @Test
  void pointsBelowADirectoryAreTheOuterOnesFirst() {
    assertEquals(
        List.of(Path.of("/mnt/with blank"), Path.of("/mnt/with blank/inner"), Path.of("/mnt/within")),
        TABLE.below(Path.of("/mnt")));
    assertEquals(List.of(), TABLE.below(Path.of("/mnt/within")));
    assertTrue(TABLE.isPoint(Path.of("/mnt/within")));
    assertFalse(TABLE.isPoint(Path.of("/mnt")));
  }

  @Test
  void thisHostHasARoot() throws IOException {
    assertTrue(MountTable.current().of(Path.of("/")).isPresent());
  }
}
