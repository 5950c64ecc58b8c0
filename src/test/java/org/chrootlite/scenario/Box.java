package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chrootlite.testing.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A sandbox of one caller, whose manifest lies in a directory of its own. */
final class Box {
  private static final JsonMapper JSON = new JsonMapper();

  private final Caller caller;
  private final Path directory;

  private Box(Caller caller, Path directory) {
    this.caller = caller;
    this.directory = directory;
  }

  /** A box without a manifest yet: files that it refers to can be put into its directory first. */
  static Box of(Caller caller) throws IOException {
    return new Box(caller, caller.directory());
  }

  /** Where the manifest lies. */
  Path directory() {
    return directory;
  }

  /** Compiles a C program of the test resources to a static executable beside the manifest. */
  Path program(String name) {
    Path source = Path.of("src/test/resources/scenario", name + ".c");
    return Command.compileC(source, directory.resolve(name));
  }

  /** Writes the manifest of a sandbox named box: what follows its name. */
  Box manifest(String rest) throws IOException {
    String head = "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: box\n";
    Files.writeString(directory.resolve("sandbox.yaml"), head + rest);
    return this;
  }

  /** Where his state is. */
  Path home() {
    return caller.home(directory);
  }

  /** Runs chroot-lite beside the manifest; what runs or explains jobs does so with this manifest. */
  Caller.Outcome run(String... arguments) throws IOException, InterruptedException {
    return caller.run(directory, withManifest(arguments));
  }

  /** A chroot-lite that has not been started. */
  ProcessBuilder prepare(String... arguments) {
    return caller.prepare(directory, withManifest(arguments));
  }

  private static String[] withManifest(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (List.of("run", "exec", "explain").contains(all.getFirst()) && !all.contains("-f")) {
      all.addAll(1, List.of("-f", "sandbox.yaml"));
    }
    return all.toArray(String[]::new);
  }

  /** The results of all scripts. */
  Results results(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("run", "-o", "json", "--all"));
    command.addAll(List.of(arguments));
    Caller.Outcome outcome = run(command.toArray(String[]::new));
    assertEquals("", outcome.err());
    Map<String, JsonNode> results = new TreeMap<>();
    for (JsonNode result : results(outcome)) {
      results.put(result.get("script").asString(), result);
    }
    return new Results(results);
  }

  /** The results that were printed, in their order. */
  static List<JsonNode> results(Caller.Outcome outcome) {
    List<JsonNode> results = outcome.out().lines().map(JSON::readTree).toList();
    if (results.isEmpty()) {
      throw new AssertionError("no result, but: " + outcome.err());
    }
    return results;
  }

  /** Results, by the names of their scripts. */
  record Results(Map<String, JsonNode> all) {
    JsonNode get(String script) {
      return known(all, script);
    }

    /** A field of a result, as text. */
    String get(String script, String field) {
      return get(script).get(field).asString();
    }

    /** What a script printed that must have ended well. */
    String output(String script) {
      assertEquals("ok", get(script, "verdict"), () -> get(script).toString());
      return get(script, "stdout");
    }
  }

  /** What a probe printed: lines of a name, a colon and a value. */
  record Answers(Map<String, String> all) {
    static Answers of(String text) {
      Map<String, String> lines = new TreeMap<>();
      for (String line : text.lines().toList()) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          lines.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
      return new Answers(lines);
    }

    String get(String name) {
      return known(all, name);
    }
  }

  private static <T> T known(Map<String, T> all, String name) {
    T found = all.get(name);
    if (found == null) {
      throw new AssertionError("there is no " + name + " in " + all);
    }
    return found;
  }
}
