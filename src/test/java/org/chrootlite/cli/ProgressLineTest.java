package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressLineTest {
  private static final String ERASE = "\r\u001b[K";
  private static final int MANY = 1000;
  private static final Terminal ON_A_TERMINAL = new Terminal(false, false, true);

  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Streams streams(Terminal terminal) {
    return new Streams(
        InputStream.nullInputStream(),
        new PrintStream(out, false, StandardCharsets.UTF_8),
        new PrintStream(err, false, StandardCharsets.UTF_8),
        terminal);
  }

  private ProgressLine line(Terminal terminal) {
    GlobalOptions options =
        new GlobalOptions(directory, GlobalOptions.Format.TABLE, false, GlobalOptions.ColorMode.AUTO, false);
    return new ProgressLine(new Context(options, Optional.empty(), streams(terminal), Map.of()));
  }

  private String shown() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static void applyMany(ProgressLine line, int total) {
    for (int done = 0; done <= total; done++) {
      line.applying(done, total);
    }
  }

  @Test
  void aBarGrowsInOneLineAndIsGoneAfterwards() {
    applyMany(line(ON_A_TERMINAL), MANY);
    List<String> lines = List.of(shown().split(ERASE.replace("[", "\\["), -1));
    assertEquals("applying [....................] 0 of 1000", lines.get(1));
    assertTrue(lines.contains("applying [##########..........] 500 of 1000"), shown());
    assertEquals("", lines.getLast());
    assertFalse(shown().contains("\n"));
  }

  @Test
  void aTerminalIsNotWhatTakesTheTime() {
    applyMany(line(ON_A_TERMINAL), MANY);
    assertTrue(err.size() < MANY * 10, () -> err.size() + " bytes");
  }

  @Test
  void fewAreDoneBeforeAnybodyCouldReadOfIt() {
    applyMany(line(ON_A_TERMINAL), 19);
    assertEquals("", shown());
  }

  @Test
  void whatFailedLeavesNoBar() {
    try (ProgressLine line = line(ON_A_TERMINAL)) {
      line.applying(0, MANY);
    }
    assertTrue(shown().endsWith("0 of 1000" + ERASE), shown());
  }

  @Test
  void inAPipeThereIsNothing() {
    try (ProgressLine line = line(Terminal.NONE)) {
      line.reading(20);
      line.comparing(0, MANY);
      line.preparing("base", 1, MANY);
      applyMany(line, MANY);
    }
    assertEquals("", shown());
  }

  @Test
  void anApplyOfManyShowsThatItReadsAndAppliesAndThenOnlyItsPlan() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    for (int i = 0; i < 40; i++) {
      Files.writeString(
          directory.resolve("box%d.yaml".formatted(i)),
          """
          apiVersion: chroot-lite/v1
          kind: Sandbox
          name: box%d
          rootfs: {directory: %s}
          scripts: {job%d: {command: [/bin/true]}}
          """
              .formatted(i, root, i));
    }
    List<String> command = List.of("apply", "--home", directory.resolve("home").toString(), directory.toString());
    assertEquals(0, Main.run(command, Commands.all(), streams(ON_A_TERMINAL), Map.of()));
    for (String part : List.of("reading manifests: 20", "comparing [", "applying [##########..........] 20 of 40")) {
      assertTrue(shown().contains(ERASE + part), () -> part + ": " + shown());
    }
    assertTrue(shown().endsWith(ERASE), shown());
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("40 to create"), out::toString);
    err.reset();
    assertEquals(0, Main.run(command, Commands.all(), streams(Terminal.NONE), Map.of()));
    assertEquals("", shown());
  }
}
