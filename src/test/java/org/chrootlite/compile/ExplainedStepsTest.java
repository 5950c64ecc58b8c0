package org.chrootlite.compile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.model.Action;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.testing.Given;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each folder below {@code golden/steps} has a manifest and the steps of its first script, as {@code explain} prints
 * them: for an ordinary user without control groups as the caller, but for the cases {@code *as-root}, which have some.
 */
class ExplainedStepsTest {
  private static final Path CASES = Path.of("src/test/resources/golden/steps");

  @TestFactory
  Stream<DynamicTest> eachManifestBecomesItsSteps() throws IOException {
    return cases().stream().map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
  }

  @Test
  void thereAreEnoughCases() throws IOException {
    List<String> expected = List.of("minimal", "everything", "as-root", "user-0", "kept-root", "kept-root-as-root");
    assertTrue(cases().containsAll(expected), cases().toString());
  }

  private static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  private static void check(String name) {
    Path manifest = CASES.resolve(name).resolve("manifest.yaml");
    Sandbox sandbox = Given.sandboxes(manifest).getFirst();
    Script script = sandbox.scripts().getFirst();
    String text = script.action().value() instanceof Action.Shell shell ? shell.text() : "";
    Provisions.Identity identity =
        name.endsWith("as-root")
            ? new Provisions.Identity.Slot(2_000_000_000L, true)
            : new Provisions.Identity.Caller(1000, 1000);
    Launcher launcher =
        Given.launcher(sandbox, script, identity, new ScriptText(text.getBytes(StandardCharsets.UTF_8)));
    // As if who asks stood in the folder: the column of places is as much narrower as the manifest's path is shorter.
    String path = manifest.toString();
    String steps = StepText.of(launcher.plan()).replace(path, "manifest.yaml");
    String shorter = " ".repeat(path.length() - "manifest.yaml".length());
    Golden.assertMatches("steps/" + name + "/steps.txt", steps.replace("default" + shorter, "default"));
  }
}
