package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** In a real sandbox all holds, one entry of the history says so, and nothing else is left of the probes. */
final class VerifyIT {
  private static final JsonMapper JSON = new JsonMapper();

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void allThatIsPromisedAndLimitedHolds(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                environment: {LANG: C.UTF-8}
                mounts: [{source: data, target: /data}]
                limits:
                  openFiles: 16
                  fileSize: 64KB
                  output: 100
                  stack: 1MiB
                  wallTime: 300ms
                  disk: 8MiB
                """);
    Files.createDirectory(box.directory().resolve("data"));
    Caller.Outcome outcome = box.run("verify", "-f", "sandbox.yaml", "box", "-o", "json");
    assertEquals("", outcome.err());
    JsonNode result = JSON.readTree(outcome.out());
    assertEquals(List.of(), broken(result), outcome.out());
    assertEquals(0, outcome.exit());
    assertEquals(true, result.get("holds").asBoolean());
    assertEquals("box", result.get("sandbox").asString());
    Map<String, String> limits = statuses(result, "limit");
    assertEquals("holds", limits.get("openFiles"));
    assertEquals("absent", limits.get("memory"));
    assertEquals(22, statuses(result, "promise").size());

    List<JsonNode> entries = box.run("history", "-o", "json").out().lines().map(JSON::readTree).toList();
    List<String> types = entries.stream().map(entry -> entry.get("type").asString()).toList();
    assertEquals(List.of("apply", "verify"), types);
    JsonNode entry = entries.getLast();
    assertEquals(result.get("verify").asString(), entry.get("id").asString());
    assertEquals("holds", entry.get("outcome").asString());
    assertEquals("[\"box\"]", entry.get("names").toString());
    assertEquals("[]", entry.get("broken").toString());
    assertEquals(List.of(), entries(box.home().resolve("runs")));
    assertEquals(List.of(), entries(box.home().resolve("running")));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatIsKeptAndMountedStaysAsItIs(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                network: host
                user: {uid: 0, gid: 0}
                rootfs: {writes: keep}
                mounts: [{source: data, target: /tmp, readOnly: false}]
                limits: {disk: 2MiB, processes: 1}
                scripts:
                  keep: {run: echo kept >/var/kept}
                  show: {run: read -r line </var/kept; echo "$line"}
                """);
    Path data = Files.createDirectory(box.directory().resolve("data"));
    Files.setAttribute(data, "unix:uid", Files.getAttribute(box.directory(), "unix:uid"));
    assertEquals(0, box.run("run", "keep").exit());
    List<String> layer = tree(box.home().resolve("layers"));
    Caller.Outcome outcome = box.run("verify", "box");
    String granted = "  -       network       not tried -> granted by network: host\n";
    assertTrue(outcome.out().contains(granted), outcome.out());
    assertEquals(List.of(), outcome.out().lines().filter(line -> line.contains("BROKEN")).toList());
    assertEquals(0, outcome.exit(), outcome.err());
    assertEquals(layer, tree(box.home().resolve("layers")));
    assertEquals(List.of(), entries(data));
    assertEquals("kept\n", box.run("run", "show").out());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatIsNotThereCannotBeTried(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest("description: none\n");
    Caller.Outcome outcome = box.run("verify", "-f", "sandbox.yaml", "bux");
    assertEquals(2, outcome.exit());
    assertEquals("chroot-lite: there is no sandbox \"bux\"; did you mean \"box\"?\n", outcome.err());
  }

  private static List<String> broken(JsonNode result) {
    List<String> broken = new ArrayList<>();
    for (String noun : List.of("promise", "limit")) {
      statuses(result, noun).forEach((name, status) -> {
        if (status.equals("broken")) {
          broken.add(name);
        }
      });
    }
    return broken;
  }

  private static Map<String, String> statuses(JsonNode result, String noun) {
    Map<String, String> statuses = new TreeMap<>();
    for (JsonNode finding : result.get(noun + "s")) {
      statuses.put(finding.get(noun).asString(), finding.get("status").asString());
    }
    return statuses;
  }

  private static List<String> entries(Path directory) throws Exception {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(Path::toString).sorted().toList();
    }
  }

  /** All files of a tree, with their sizes. */
  private static List<String> tree(Path directory) throws Exception {
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted().toList()) {
        all.add(directory.relativize(file) + (Files.isRegularFile(file) ? " " + Files.size(file) : ""));
      }
    }
    return all;
  }
}
