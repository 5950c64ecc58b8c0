package org.chrootlite.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.model.LimitKind;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manifests look like; that they say what was asked for is a property. */
class ManifestWriterTest {
  @TempDir Path folder = Path.of("");

  private void check(String golden, Draft draft, Optional<String> schema) {
    String text = ManifestWriter.write(draft, draft.name() + ".yaml", schema);
    Golden.assertMatches("create/" + golden + ".yaml", text);
    Reading reading = Manifests.readText(folder.resolve("x.yaml").toString(), text, Set.of("base", "python"));
    assertEquals(List.of(), reading.diagnostics());
    assertEquals(1, reading.sandboxes().size());
  }

  private static Draft draft(Map<LimitKind, String> limits, boolean hostNetwork) {
    return new Draft(
        "mybox",
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        limits,
        hostNetwork,
        List.of(),
        Map.of(),
        Map.of());
  }

  @Test
  void aNameIsEnough() {
    check("name", draft(Map.of(), false), Optional.empty());
  }

  @Test
  void limitsAndTheNetworkAreWhatPeopleAskForFirst() {
    Map<LimitKind, String> limits = Map.of(LimitKind.CPU_TIME, "20s", LimitKind.MEMORY, "128MB");
    check("limits", draft(limits, true), Optional.of("../schemas/sandbox-v1.schema.json"));
  }

  @Test
  void everythingStandsInTheOrderOfTheDocumentation() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.createDirectories(folder.resolve("my out: puts"));
    Map<LimitKind, String> limits = new LinkedHashMap<>();
    for (LimitKind kind : LimitKind.values()) {
      limits.put(
          kind,
          switch (kind.unit()) {
            case BYTES -> "1.5 GiB";
            case NANOSECONDS -> "90s";
            case MILLICPUS -> "1.5";
            case COUNT -> "32";
          });
    }
    limits.put(LimitKind.CORE_SIZE, "0");
    limits.remove(LimitKind.ADDRESS_SPACE);
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("course", "cs101");
    labels.put("a b", "2026");
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("LANG", "C.UTF-8");
    environment.put("DEBUG", "1");
    environment.put("ANSWER", "yes");
    environment.put("MOTTO", "say \"hi\": # no comment");
    Map<String, String> scripts = new LinkedHashMap<>();
    scripts.put("list", "ls -l /data");
    scripts.put("python", "python3 -c \"print(1)\"");
    scripts.put("both", "echo one\n\tif true; then\n  echo two\n\n  fi\n");
    scripts.put("bell", "printf '\u0007'\n");
    Draft draft =
        new Draft(
            "mybox",
            Optional.of("Grades the homework of cs101, \u00fcber Nacht"),
            labels,
            Optional.of(new Draft.Root.Template("python")),
            Optional.of(Draft.Writes.DENY),
            limits,
            false,
            List.of(new Draft.Bind("./data", "/data", false), new Draft.Bind("my out: puts", "/out", true)),
            environment,
            scripts);
    check("everything", draft, Optional.empty());
  }

  @Test
  void ofADirectoryIsNotKnownWhatCanBeRunInIt() throws IOException {
    Files.createDirectories(folder.resolve("tree"));
    Draft draft =
        new Draft(
            "mybox",
            Optional.empty(),
            Map.of(),
            Optional.of(new Draft.Root.Directory("./tree")),
            Optional.empty(),
            Map.of(),
            false,
            List.of(),
            Map.of(),
            Map.of());
    check("directory", draft, Optional.empty());
  }
}
