package org.chrootlite.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.linux.Resource;
import org.chrootlite.manifest.Manifests;
import org.chrootlite.manifest.Reading;
import org.chrootlite.model.Action;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;

/** From manifests to what explain prints, whole. */
class GoldenStepsTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden/steps");

  @Test
  void asRootASandboxIsAUserOfItsOwn() throws IOException {
    assertSteps("defaults", new Provisions.Identity.Slot(2_000_000_017L, true));
  }

  @Test
  void everySettingHasItsSteps() throws IOException {
    assertSteps("everything", new Provisions.Identity.Caller(1000, 1000));
  }

  @Test
  void theHostsNetworkComesWithItsResolver() throws IOException {
    assertSteps("host-network", new Provisions.Identity.Caller(1000, 1000));
  }

  private static void assertSteps(String name, Provisions.Identity identity) throws IOException {
    Path manifest = DIRECTORY.resolve(name).resolve("manifest.yaml");
    Reading reading = Manifests.read(List.of(manifest.toString()), Set.of("base", "python"));
    assertEquals(List.of(), reading.diagnostics());
    Sandbox sandbox = reading.sandboxes().getFirst();
    Script script = sandbox.scripts().getFirst();
    Path here = DIRECTORY.toAbsolutePath();
    byte[] text =
        switch (script.action().value()) {
          case Action.Shell shell -> shell.text().getBytes(StandardCharsets.UTF_8);
          case Action.File file -> Files.readAllBytes(file.path());
          case Action.Command command -> new byte[0];
        };
    Provisions provisions =
        new Provisions(
            identity,
            Path.of("/var/lib/chroot-lite/rootfs/base"),
            new ScriptText(text),
            Set.of(here.resolve("everything/data/table.csv")),
            "nameserver 9.9.9.9\n",
            Sandboxes.FILTER,
            Map.of(Resource.NOFILE, 1024L, Resource.STACK, 1L << 22));
    JailPlan plan = JailPlanner.plan(sandbox, script, provisions);
    String steps = StepText.of(plan).replace(here.toString(), "/HERE").replace(DIRECTORY + "/", "");
    Golden.assertMatches("steps/" + name + "/steps.txt", steps);
  }
}
