package org.chrootlite.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.chrootlite.compile.step.Step;
import org.chrootlite.host.Host;
import org.chrootlite.model.Action;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Network;
import org.chrootlite.model.Origin;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JailPlannerTest {
  @ParameterizedTest
  @CsvSource({"/etc, 0", "/etc/resolv.conf, 0", "/etcetera, 1", "/etc/ssl, 1"})
  void theResolversFileIsNotWrittenToTheHost(String target, int times) throws IOException {
    Host host = Host.current();
    Mount mount = new Mount.Bind(Path.of("/host/etc"), target, false, Origin.ALWAYS);
    Action action = new Action.Command(List.of("/bin/true"));
    Sandboxes.Case subject =
        Sandboxes.on(
            host, Sandboxes.identity(host), Path.of("/rootfs"), Network.HOST, action, List.of(mount), List.of());
    List<Step> steps = JailPlanner.plan(subject.sandbox(), subject.script(), subject.provisions()).init();
    assertEquals(times, steps.stream().filter(Step.WriteFile.class::isInstance).count());
  }
}
