package org.chrootlite.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.chrootlite.diagnostic.DiagnosticPrinter;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each folder below {@code invalid} has a manifest and the diagnostics that it gets, as a terminal shows them. With
 * {@code -Dgolden.update=true} the diagnostics are written instead of compared.
 */
class InvalidManifestsTest {
  private static final Path CASES = Path.of("src/test/resources/invalid");

  @TestFactory
  Stream<DynamicTest> eachManifestGetsItsDiagnostics() throws IOException {
    return cases().stream()
        .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
  }

  @Test
  void thereAreEnoughCases() throws IOException {
    assertTrue(cases().size() >= 40, () -> "only found too few cases below " + CASES.toAbsolutePath());
  }

  private static List<Path> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.sorted().toList();
    }
  }

  private static void check(Path folder) throws IOException {
    Path manifest = folder.resolve("manifest.yaml");
    Reading reading = Manifests.read(List.of(manifest.toString()), Set.of("base", "python"));
    String printed = new DiagnosticPrinter(reading.sources(), true, false).print(reading.diagnostics());
    String shown =
        printed.replace(folder.toAbsolutePath().toString(), "<folder>").replace(folder.toString() + "/", "");
    Path golden = folder.resolve("diagnostics.txt");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, shown);
    }
    assertEquals(Files.readString(golden), shown);
    assertFalse(shown.isEmpty());
  }
}
