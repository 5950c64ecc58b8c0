package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.chrootlite.engine.Job;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Every script of every example, and how it ends. With {@code -Dgolden.update=true} it writes what it sees. */
final class ExamplesIT {
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");
  private static final Map<Caller, Path> SHARED = new HashMap<>();

  static Stream<Arguments> runs() {
    return Caller.all()
        .flatMap(
            caller ->
                Example.all().stream()
                    .flatMap(example -> example.jobs().stream().map(job -> Arguments.of(caller, example, job.name()))));
  }

  @ParameterizedTest(name = "{2} as {0}")
  @MethodSource("runs")
  void aScriptEndsAsItsExpectedFileSays(Caller caller, Example example, String job) throws Exception {
    String script = job.substring(job.indexOf('/') + 1);
    Path file = example.expectedFile(script);
    String expected = Files.exists(file) ? Files.readString(file) : "";
    Example.Use use = Example.Use.of(expected);
    boolean fresh = Given.sandboxes(example.manifest()).getFirst().rootfs().keeps();
    Path directory = fresh ? copied(caller) : shared(caller);
    Path input = Files.writeString(directory.resolve("input"), use.input());

    Stream<String> command = Stream.of("run", "-f", example.manifest().toString(), "-o", "json", job, "--");
    String[] arguments = Stream.concat(command, use.arguments().stream()).toArray(String[]::new);
    Caller.Outcome outcome = Caller.finish(caller.prepare(directory, arguments).redirectInput(input.toFile()));

    assertEquals("", outcome.err());
    JsonNode result = new ObjectMapper().readTree(outcome.out());
    String actual = use.text() + text(outcome.exit(), result);
    if (UPDATE && !Likeness.isLike(expected, actual)) {
      Files.writeString(file, actual);
    } else {
      Likeness.assertLike(expected, actual, file.toString());
    }
    for (String name : example.expectedArtifacts(script)) {
      assertEquals(Files.readString(example.expectedArtifact(script, name)), collected(name, result));
    }
  }

  /** Without times, sizes and paths; so of what was said on standard error only the last line. */
  private static String text(int exit, JsonNode result) {
    StringBuilder text = new StringBuilder();
    text.append("exit: ").append(exit).append('\n');
    text.append("verdict: ").append(result.get("verdict").asString()).append('\n');
    if (!result.get("exitCode").isNull()) {
      text.append("exitCode: ").append(result.get("exitCode").asInt()).append('\n');
    }
    if (!result.get("signal").isNull()) {
      text.append("signal: ").append(result.get("signal").asString()).append('\n');
    }
    text.append("evidence: ").append(result.get("evidence").asString()).append('\n');
    if (result.get("truncated").asBoolean()) {
      text.append("truncated: true\n");
    }
    List<String> errors = result.get("stderr").asString().lines().toList();
    if (!errors.isEmpty()) {
      text.append("stderr: ").append(errors.getLast()).append('\n');
    }
    for (JsonNode artifact : result.get("artifacts")) {
      String problem = artifact.get("problem").isNull() ? "collected" : artifact.get("problem").asString();
      text.append("artifact: ").append(artifact.get("path").asString()).append(": ").append(problem).append('\n');
    }
    return text.append('\n').append(result.get("stdout").asString()).toString();
  }

  private static String collected(String name, JsonNode result) throws IOException {
    for (JsonNode artifact : result.get("artifacts")) {
      if (!artifact.get("file").isNull() && Path.of(artifact.get("file").asString()).endsWith(name)) {
        return Files.readString(Path.of(artifact.get("file").asString()));
      }
    }
    return fail(name + " was not collected");
  }

  @Test
  void everyScriptHasAnExpectedFileAndEveryExpectedFileAScript() {
    for (Example example : Example.all()) {
      Set<String> scripts = new TreeSet<>();
      for (Job job : example.jobs()) {
        scripts.add(job.script().name());
        assertTrue(UPDATE || Files.exists(example.expectedFile(job.script().name())), job.name());
      }
      assertTrue(UPDATE || scripts.equals(example.expectedScripts()), example + ": " + example.expectedScripts());
    }
  }

  @Test
  void everyExampleSaysWhatItShowsAndIsCheckedByEditors() throws IOException {
    assertTrue(Example.all().size() >= 6);
    for (Example example : Example.all()) {
      assertTrue(Files.exists(example.folder().resolve("README.md")), example.toString());
      List<String> lines = Files.readAllLines(example.manifest());
      assertEquals("# yaml-language-server: $schema=../../schemas/sandbox-v1.schema.json", lines.getFirst());
    }
  }

  private static Path copied(Caller caller) throws IOException {
    Path directory = caller.directory();
    copy(Example.ALL, directory.resolve(Example.ALL));
    return directory;
  }

  /** One place for all scripts that leave nothing to each other: a home for each would take gigabytes and minutes. */
  private static Path shared(Caller caller) throws IOException {
    Path directory = SHARED.get(caller);
    if (directory == null) {
      directory = copied(caller);
      SHARED.put(caller, directory);
    }
    return directory;
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }
}
