package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is in a state directory, as one finds it who reads its files and not our code. */
record Remains(Path home) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int TEMPLATE_DEPTH = 3;

  /** The index's line of each sandbox, but for what differs each time: when it was applied, and its layer's user. */
  SortedMap<String, String> index() throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    for (JsonNode line : lines()) {
      if (line.has("name")) {
        String text = line.toString();
        String stable = text.replaceFirst("\"since\":\"[^\"]*\",", "").replaceFirst("\"uid\":\\d+", "\"uid\":0");
        lines.put(line.get("name").asString(), stable);
      }
    }
    return lines;
  }

  private List<JsonNode> lines() throws IOException {
    Path index = home.resolve("sandboxes.jsonl");
    return Files.exists(index) ? Files.readAllLines(index).stream().map(JSON::readTree).toList() : List.of();
  }

  /** What a sandbox has kept in a file at its root. */
  String kept(String sandbox, String file) throws IOException {
    Path path = home.resolve("layers").resolve(sandbox).resolve("upper").resolve(file);
    return Files.exists(path) ? Files.readString(path) : "nothing";
  }

  /** The names in a directory, sorted; none where it is not there. */
  SortedSet<String> names(String directory) throws IOException {
    Path path = home.resolve(directory);
    if (!Files.isDirectory(path)) {
      return new TreeSet<>();
    }
    try (Stream<Path> entries = Files.list(path)) {
      return new TreeSet<>(entries.map(entry -> entry.getFileName().toString()).toList());
    }
  }

  /** Whether somebody who changes sandboxes has not come to his end. */
  boolean hasIntent() {
    return Files.exists(home.resolve("intent.json"));
  }

  /** Asserts that there is nothing but what the index knows, and what is kept of runs. */
  void assertTidy() throws IOException {
    assertNothingPassing();
    SortedSet<String> launchers = new TreeSet<>();
    SortedSet<String> files = new TreeSet<>();
    SortedSet<String> layers = new TreeSet<>();
    for (JsonNode line : lines()) {
      assertEquals(false, line.has("removing"), line.toString());
      if (line.has("name")) {
        line.get("launchers").forEach(digest -> launchers.add(digest.asString()));
        line.get("contents").forEach(content -> files.add(content.get("digest").asString()));
        if (line.hasNonNull("layer")) {
          layers.add(line.get("name").asString());
        }
      }
    }
    assertEquals(launchers, names("launchers"));
    assertEquals(files, names("files"));
    assertEquals(layers, names("layers"));
  }

  /** Asserts that there is nothing that is there only as long as somebody is at work. */
  void assertNothingPassing() throws IOException {
    List<String> passing = new ArrayList<>();
    try (Stream<Path> all = Files.walk(home, TEMPLATE_DEPTH)) {
      for (Path path : all.toList()) {
        String below = home.relativize(path).toString();
        boolean ours = !below.startsWith("rootfs/") || below.indexOf('/') == below.lastIndexOf('/');
        boolean hidden = path.getFileName().toString().startsWith(".");
        if ((hidden && ours && !below.startsWith("layers/")) || below.matches("layers/\\.[^/]*")) {
          passing.add(below);
        }
      }
    }
    assertEquals(List.of(), passing);
    assertEquals(false, hasIntent());
    assertEquals(new TreeSet<>(), names("trash"));
    assertEquals(new TreeSet<>(), names("running"));
    SortedSet<String> trees = names("rootfs");
    trees.removeIf(name -> name.matches("[a-z]+-[0-9a-f]{24}|[a-z]+\\.index"));
    assertEquals(new TreeSet<>(), trees);
  }

  /** Asserts that cleanup has left nothing but the history. */
  void assertEmpty() throws IOException {
    assertTidy();
    for (String directory : List.of("launchers", "files", "layers", "rootfs", "runs", "running", "trash", "checked")) {
      assertEquals(new TreeSet<>(), names(directory), directory);
    }
    assertEquals(new TreeMap<>(), index());
  }

  /** A file of a run, wherever it is now; empty where there is none. */
  String stream(String run, String name) throws IOException {
    for (String place : List.of("running", "runs")) {
      Path file = home.resolve(place).resolve(run).resolve(name);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return Files.readString(file);
      }
    }
    return "";
  }
}
