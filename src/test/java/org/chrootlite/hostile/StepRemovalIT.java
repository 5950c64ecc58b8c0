package org.chrootlite.hostile;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.chrootlite.host.Host;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The test of the tests: a plan that lacks any one of its steps breaks a check, or does not run. The golden tables say
 * for each step which it is.
 */
final class StepRemovalIT {
  @TempDir private Path directory;

  @ParameterizedTest
  @MethodSource("org.chrootlite.hostile.Who#all")
  void somebodyNoticesEveryStepThatIsMissing(Who who) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Removals removals = new Removals(directory, Programs.compile(directory), Host.current(), who);
    String table = removals.table();
    assertFalse(table.contains("NOBODY"), table);
    Golden.assertMatches("hostile/" + who + ".txt", table);
  }
}
