package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chrootlite.audit.History;
import org.chrootlite.host.HostUser;
import org.chrootlite.store.Removal;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfoCommandTest {
  private static final int UNKNOWN = 1;

  private static final String BOX =
      """
      name: box
      description: What it is for
      labels: {course: cs101}
      rootfs: {directory: root, writes: keep}
      limits: {memory: 128MB, cpuTime: 20s}
      environment: {LANG: C.UTF-8}
      scripts:
        hello: {run: 'echo hello'}
        grade: {file: grade.sh, limits: {wallTime: 5s}}
      """;

  private Boxes boxes;

  @BeforeEach
  void apply(@TempDir Path directory) throws IOException {
    boxes = new Boxes(directory);
    boxes.file("grade.sh", "#!/bin/sh\necho graded\n");
    boxes.write(BOX);
    Invoked apply = boxes.invoke("apply", "MANIFEST");
    assertEquals(0, apply.code(), apply::err);
  }

  private void run(String sandbox, String id) throws IOException {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", "run");
    entry.put("run", id);
    entry.put("sandbox", sandbox);
    entry.put("script", "hello");
    entry.put("verdict", "ok");
    entry.put("wallTime", 0.5);
    History.in(StateDirectory.open(boxes.home(), HostUser.current().uid(), Waiting.UNTOLD)).append(entry);
  }

  private static void deleteAll(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aPersonSeesStateSettingsAndTheSandboxsOwnRuns() throws IOException {
    run("box", "20261122T071500Z-4f7c1e");
    run("other", "20261122T071600Z-4f7c1f");
    Golden.assertMatches("info/ready.txt", boxes.normal(boxes.invoke("info", "box").out()));
  }

  @Test
  void aProgramGetsTheSpecAsItIsStored() throws IOException {
    run("box", "20261122T071500Z-4f7c1e");
    Golden.assertMatches("info/ready.json", boxes.normal(boxes.invoke("info", "box", "-o", "json").out()));
    assertEquals("box\n", boxes.invoke("info", "box", "-o", "name").out());
  }

  @Test
  void allThatIsNotAsItShouldBeIsNamed() throws IOException {
    deleteAll(boxes.home().resolve("launchers"));
    deleteAll(boxes.home().resolve("files"));
    Removal.delete(boxes.home().resolve("layers/box"), boxes.home().resolve("trash"));
    boxes.file("grade.sh", "#!/bin/sh\necho failed\n");
    boxes.write(BOX.replace("20s", "30s"));
    Golden.assertMatches("info/damaged.txt", boxes.normal(boxes.invoke("info", "box").out()));
  }

  @Test
  void aSandboxThatIsNotThereIsTold() {
    Invoked info = boxes.invoke("info", "bxo");
    assertEquals(
        new Invoked(UNKNOWN, "", "chroot-lite: there is no sandbox \"bxo\"; did you mean \"box\"?\n"), info);
    Invoked nowhere = Invoked.of("info", "--home=" + boxes.home().resolve("none"), "box");
    assertEquals(UNKNOWN, nowhere.code());
    assertTrue(nowhere.err().contains("nothing is applied in "), nowhere::err);
  }
}
