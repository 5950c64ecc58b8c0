package org.chrootlite.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.chrootlite.model.Gap;
import org.chrootlite.run.HostSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFindingsTest {
  private static HostSettings corePattern(String pattern) {
    return file -> file.equals("/proc/sys/kernel/core_pattern") ? Optional.of(pattern) : Optional.empty();
  }

  @Test
  void aStateDirectoryWithTooLittleSpaceIsDegraded() {
    Path home = Path.of("/var/lib/chroot-lite");
    Finding full = HostFindings.space(home, "ext4", (64L << 20) - 1);
    assertEquals(Mark.DEGRADED, full.mark());
    assertTrue(full.gap().orElseThrow().remedy().contains("cleanup"), full.toString());
    Finding free = HostFindings.space(home, "ext4", 64L << 20);
    assertEquals(Finding.ok("state directory", "/var/lib/chroot-lite, on ext4, 64 MiB free"), free);
  }

  @Test
  void theSpaceIsThatOfTheFileSystem(@TempDir Path home) {
    Finding finding = HostFindings.space(home);
    assertTrue(finding.detail().startsWith(home + ", on "), finding.detail());
  }

  @Test
  void aProgramThatIsCalledForCrashesIsNamed() {
    Finding piped = HostFindings.cores(corePattern("|/usr/share/apport/apport -p%p"));
    assertEquals(Mark.NOTE, piped.mark());
    assertTrue(piped.detail().contains(" /usr/share/apport/apport,"), piped.detail());
    assertEquals(Mark.OK, HostFindings.cores(corePattern("core")).mark());
    assertEquals(Mark.OK, HostFindings.cores(HostSettings.UNKNOWN).mark());
  }

  @Test
  void programsAreLookedForInTheCallersPath(@TempDir Path directory) throws IOException {
    String path = "relative::" + directory + "/none:" + directory;
    Files.createDirectory(directory.resolve("git"));
    assertEquals(Mark.NOTE, HostFindings.program("git", "revisions", path).mark());
    Path du = Files.createFile(directory.resolve("du"));
    assertEquals(Mark.NOTE, HostFindings.program("du", "sizes", path).mark());
    Files.setPosixFilePermissions(du, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertEquals(Finding.ok("du", du + ": sizes"), HostFindings.program("du", "sizes", path));
  }

  @Test
  void aGapIsToldWhereThereIsOneAndOnlyThere() {
    Gap gap = new Gap("why", "remedy");
    assertThrows(
        IllegalArgumentException.class, () -> new Finding(Mark.OK, "cpus", "", Optional.of(gap)));
    assertThrows(
        IllegalArgumentException.class, () -> new Finding(Mark.MISSING, "cpus", "", Optional.empty()));
    assertThrows(
        IllegalArgumentException.class, () -> new Finding(Mark.DEGRADED, "cpus", "", Optional.empty()));
  }
}
