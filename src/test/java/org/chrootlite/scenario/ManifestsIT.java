package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests that are useful as they are. */
final class ManifestsIT {
  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void eachIsValidWithoutAWarningAndEachOfTheirScriptsRuns(Caller caller) throws Exception {
    Path directory = caller.directory();
    ExamplesIT.copy(Path.of("manifests"), directory.resolve("manifests"));

    Caller.Outcome validated = caller.run(directory, "validate", "manifests");
    Caller.Outcome ran = caller.run(directory, "run", "-f", "manifests", "--all");

    assertTrue(validated.out().endsWith("no errors, 0 warnings\n"), validated::toString);
    assertEquals(0, ran.exit(), ran::toString);
  }
}
