package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Only what a script itself has written leaves a sandbox, whatever lies where an artifact is looked for. */
final class ArtifactsIT {
  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void onlyRegularFilesOfTheSandboxAreCollected(Caller caller) throws Exception {
    Box box =
        Box.of(caller)
            .manifest(
                """
                limits: {disk: 8MB}
                scripts:
                  hostile:
                    run: |
                      echo good > good
                      mkdir directory sub
                      mkfifo fifo
                      ln -s /etc/passwd link
                      ln -s good honest
                      ln -s /work/sub through
                      echo below > sub/good
                      truncate -s 10G sparse
                      echo new > "$(printf 'new\\nline')"
                      echo dot > .1
                    artifacts:
                      - /work/good
                      - "/work/new\\nline"
                      - /work/missing
                      - /work/directory
                      - /work/fifo
                      - /work/link
                      - /work/honest
                      - /work/through/good
                      - /work/sparse
                      - /work/.1
                      - /work/sub/good
                """);

    Caller.Outcome outcome = box.run("run", "-o", "json", "hostile");

    JsonNode result = Box.results(outcome).getFirst();
    assertEquals("ok", result.get("verdict").asString(), result.toString());
    Map<String, String> seen = new TreeMap<>();
    for (JsonNode artifact : result.get("artifacts")) {
      JsonNode file = artifact.get("file");
      JsonNode problem = artifact.get("problem");
      String content = "";
      if (!file.isNull()) {
        Path copy = Path.of(file.asString());
        assertTrue(Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS), file.asString());
        assertTrue(copy.startsWith(box.home()), file.asString());
        content = Files.size(copy) > 100 ? Files.size(copy) + " bytes" : Files.readString(copy).strip();
      }
      seen.put(artifact.get("path").asString(), content + "|" + (problem.isNull() ? "" : problem.asString()));
    }
    Map<String, String> expected = new TreeMap<>();
    expected.put("/work/good", "good|");
    expected.put("/work/sub/good", "below|");
    expected.put("/work/.1", "dot|");
    expected.put("/work/new\nline", "new|");
    expected.put("/work/sparse", "8000000 bytes|cut off at the disk limit");
    expected.put("/work/missing", "|ENOENT (No such file or directory)");
    expected.put("/work/directory", "|not a regular file");
    expected.put("/work/fifo", "|not a regular file");
    for (String link : new String[] {"link", "honest", "through/good"}) {
      expected.put("/work/" + link, "|ELOOP (Too many levels of symbolic links)");
    }
    assertEquals(expected, seen);
  }
}
