package org.chrootlite.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.Job;
import org.chrootlite.manifest.Reading;

/**
 * A folder of {@code examples}.
 *
 * <p>Below {@code expected} it has a file for each script: lines {@code arguments:} and {@code input:} that say how to
 * run it, lines that say how it ended, an empty line, and what it prints; see {@link Likeness} for {@code ...} in them.
 * What a script's artifacts must be is in a directory of its name.
 */
record Example(Path folder) {
  static final Path ALL = Path.of("examples");
  private static final String ARGUMENTS = "arguments: ";
  private static final String INPUT = "input: ";

  /** In the order of their names. */
  static List<Example> all() {
    return entries(ALL).stream().map(Example::new).toList();
  }

  Path manifest() {
    return folder.resolve("sandbox.yaml");
  }

  /** All scripts of its manifest. */
  List<Job> jobs() {
    Reading reading = Engine.check(List.of(manifest().toString()));
    if (!reading.diagnostics().isEmpty()) {
      throw new AssertionError(reading.diagnostics());
    }
    return Job.all(reading.sandboxes());
  }

  /** The scripts that something is expected of. */
  Set<String> expectedScripts() {
    Set<String> names = new TreeSet<>();
    for (Path file : entries(folder.resolve("expected"))) {
      String name = String.valueOf(file.getFileName());
      names.add(name.endsWith(".txt") ? name.substring(0, name.length() - 4) : name);
    }
    return names;
  }

  Path expectedFile(String script) {
    return folder.resolve("expected").resolve(script + ".txt");
  }

  /** What a collected artifact must be. */
  Path expectedArtifact(String script, String name) {
    return folder.resolve("expected").resolve(script).resolve(name);
  }

  /** The artifacts that must be collected. */
  List<String> expectedArtifacts(String script) {
    Path directory = folder.resolve("expected").resolve(script);
    return Files.exists(directory)
        ? entries(directory).stream().map(file -> String.valueOf(file.getFileName())).toList()
        : List.of();
  }

  private static List<Path> entries(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** How a script is to be run, as its expected file begins. */
  record Use(List<String> arguments, String input) {
    static Use of(String expected) {
      List<String> arguments = new ArrayList<>();
      StringBuilder input = new StringBuilder();
      for (String line : expected.split("\n", -1)) {
        if (line.startsWith(ARGUMENTS)) {
          arguments.addAll(List.of(line.substring(ARGUMENTS.length()).split(" ", -1)));
        } else if (line.startsWith(INPUT)) {
          input.append(line.substring(INPUT.length())).append('\n');
        } else {
          break;
        }
      }
      return new Use(arguments, input.toString());
    }

    String text() {
      StringBuilder text = new StringBuilder();
      if (!arguments.isEmpty()) {
        text.append(ARGUMENTS).append(String.join(" ", arguments)).append('\n');
      }
      input.lines().forEach(line -> text.append(INPUT).append(line).append('\n'));
      return text.toString();
    }
  }
}
