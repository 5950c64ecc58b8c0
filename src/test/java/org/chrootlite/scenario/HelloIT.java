package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class HelloIT {
  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aScriptPrintsAndItsExitCodeIsOurs(Caller caller) throws Exception {
    Path directory = caller.directory();
    Files.writeString(
        directory.resolve("sandbox.yaml"),
        """
        apiVersion: chroot-lite/v1
        kind: Sandbox
        name: box
        scripts:
          hello:
            run: |
              echo "hello from $(hostname)"
              exit 7
        """);

    Caller.Outcome outcome = caller.run(directory, "run", "-f", "sandbox.yaml", "hello");

    assertEquals(new Caller.Outcome(7, "hello from box\n", ""), outcome);
  }
}
