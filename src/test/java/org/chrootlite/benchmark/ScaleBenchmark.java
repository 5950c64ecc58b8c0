package org.chrootlite.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the daily commands take with 10, 100 and 1,000 sandboxes that share a template, each a process of its own.
 *
 * <p>These processes start without the cache that the script {@code chroot-lite} makes, so the first row says what the
 * start alone takes; ratios are of what comes on top of that.
 */
final class ScaleBenchmark {
  /** What can be repeated is, and its shortest time counts: other processes only ever make it longer. */
  private static final int ROUNDS = Integer.getInteger("rounds", 3);

  private static final int[] SIZES = {10, 100, 1000};

  /** 990 more may take this many times as long as 90 more: 11 were linear, and what grows with the square takes 101. */
  private static final double STEEPEST = 25;

  /** What is shorter is noise, in seconds. */
  private static final double NOISE = 0.05;

  private static final String NOTHING = "start alone";
  private static final String NO_NEWS = "apply, nothing new";
  private static final String LIST = "list";

  @TempDir private Path directory;
  private final Map<String, double[]> times = new LinkedHashMap<>();
  private final Map<String, long[]> sizes = new LinkedHashMap<>();

  @Test
  void manySandboxes() throws Exception {
    for (int column = 0; column < SIZES.length; column++) {
      measure(column);
    }
    print();
    for (String linear : List.of(NO_NEWS, LIST)) {
      double[] row = times.getOrDefault(linear, new double[SIZES.length]);
      double growth = (row[2] - row[0]) / Math.max(NOISE, row[1] - row[0]);
      assertTrue(growth <= STEEPEST, () -> linear + " grows by " + growth);
    }
    long[] trees = sizes.getOrDefault("rootfs", new long[SIZES.length]);
    assertEquals(trees[0], trees[2], "a thousand sandboxes share the one tree that ten have");
  }

  private void measure(int column) throws IOException, InterruptedException {
    int size = SIZES[column];
    Path manifests = Files.createDirectory(directory.resolve("manifests" + size));
    for (int i = 0; i < size; i++) {
      Files.writeString(manifest(manifests, i), text(i, 32));
    }
    Path home = directory.resolve("home" + size);
    String where = manifests.toString();
    repeat(column, NOTHING, home, "--version");
    once(column, "apply, all new", home, "apply", where);
    repeat(column, NO_NEWS, home, "apply", where);
    repeat(column, "diff", home, "diff", where);
    repeat(column, LIST, home, "list");
    repeat(column, "run of one job", home, "run", "job" + size / 2);
    bytes(column, home);
    Files.writeString(manifest(manifests, size / 2), text(size / 2, 48));
    once(column, "apply, one changed", home, "apply", where);
    once(column, "delete of one", home, "delete", name(size / 2));
    once(column, "cleanup", home, "cleanup", "--yes");
  }

  private static Path manifest(Path manifests, int number) {
    return manifests.resolve(name(number) + ".yaml");
  }

  private static String name(int number) {
    return "box" + number;
  }

  private static String text(int number, int processes) {
    return """
        apiVersion: chroot-lite/v1
        kind: Sandbox
        name: %s
        description: Grades exercise %d
        rootfs: {template: base}
        limits: {cpuTime: 2s, wallTime: 10s, fileSize: 8MB, openFiles: 64, processes: %d, output: 1MB}
        scripts:
          job%d: {command: [/bin/echo, exercise %d]}
        """
        .formatted(name(number), number, processes, number, number);
  }

  private void repeat(int column, String what, Path home, String... command) throws IOException, InterruptedException {
    for (int round = 0; round < ROUNDS; round++) {
      once(column, what, home, command);
    }
  }

  private void once(int column, String what, Path home, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.chrootlite.cli.Main"));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("CHROOT_LITE_HOME", home.toString());
    long start = System.nanoTime();
    int code = builder.start().waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    assertEquals(0, code, () -> List.of(arguments) + ": " + read(output));
    double[] row = times.computeIfAbsent(what, _ -> new double[SIZES.length]);
    row[column] = row[column] == 0 ? seconds : Math.min(row[column], seconds);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void bytes(int column, Path home) throws IOException {
    for (String place : List.of("rootfs", "launchers", "sandboxes.jsonl")) {
      sizes.computeIfAbsent(place, _ -> new long[SIZES.length])[column] = bytes(home.resolve(place));
    }
  }

  /** Of all regular files, as the file system counts their content. */
  private static long bytes(Path place) throws IOException {
    long sum = 0;
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)).toList()) {
        // Of each template there is an index too, which names the inodes of its tree in more or fewer digits.
        sum += file.toString().endsWith(".index") ? 0 : Files.size(file);
      }
    }
    return sum;
  }

  /** How many times as long it takes in this column as in the one before, without the start. */
  private double growth(String what, int column) {
    return ownTime(what, column) / Math.max(NOISE, ownTime(what, column - 1));
  }

  private double ownTime(String what, int column) {
    return seconds(what, column) - seconds(NOTHING, column);
  }

  private double seconds(String what, int column) {
    return times.getOrDefault(what, new double[SIZES.length])[column];
  }

  private void print() {
    System.out.println("| seconds | 10 sandboxes | 100 | 1,000 | 100 to 10 | 1,000 to 100 |");
    System.out.println("| --- | ---: | ---: | ---: | ---: | ---: |");
    times.forEach(
        (what, row) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f | %s | %s |%n",
                what,
                row[0],
                row[1],
                row[2],
                ratio(what, 1),
                ratio(what, 2)));
    System.out.println();
    System.out.println("| bytes | 10 sandboxes | 100 | 1,000 |");
    System.out.println("| --- | ---: | ---: | ---: |");
    sizes.forEach(
        (what, row) -> System.out.printf(Locale.ROOT, "| %s | %,d | %,d | %,d |%n", what, row[0], row[1], row[2]));
  }

  private String ratio(String what, int column) {
    return ownTime(what, column) < NOISE ? "" : String.format(Locale.ROOT, "%.1f", growth(what, column));
  }
}
