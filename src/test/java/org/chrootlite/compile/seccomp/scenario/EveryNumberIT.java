package org.chrootlite.compile.seccomp.scenario;

import java.io.IOException;
import java.nio.file.Path;
import org.chrootlite.compile.seccomp.Decisions;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.linux.Architecture;
import org.chrootlite.testing.UnderFilter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The kernel runs the filters of both architectures for every number of a call, and decides as the simulator does, and
 * as the policy says.
 */
class EveryNumberIT {
  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void theKernelDecidesOnEveryNumberAsTheSimulatorDoesOnceTheAbiIsThisMachines(Architecture architecture)
      throws IOException {
    Decisions decisions = new Decisions(SeccompFilter.forArchitecture(architecture), UnderFilter.HOST);
    UnderFilter kernel = UnderFilter.in(directory, decisions.program());
    decisions.check(kernel.decisions(decisions.calls()));
  }
}
