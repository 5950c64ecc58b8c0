package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.chrootlite.json.JsonReader;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Content;
import org.chrootlite.plan.Layer;
import org.chrootlite.plan.Source;
import org.chrootlite.spec.Spec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxesTest {
  @TempDir Path directory;
  private Path file;
  private Sandboxes index;

  @BeforeEach
  void open() {
    index = new Sandboxes(directory);
    file = directory.resolve("sandboxes.jsonl");
  }

  /** A sandbox as most are; its line of the manifest tells the generations of a test apart. */
  static Applied sandbox(String name, int line, String... scripts) {
    Map<String, String> launchers = new TreeMap<>();
    for (String script : scripts) {
      launchers.put(script, "0123456789abcdef".repeat(4));
    }
    Map<String, Object> spec =
        Map.of("limits", Map.of("memory", 268_435_456L, "time", "10s"), "env", List.of("A=1"), "root", false);
    return new Applied(
        name,
        new Spec(new TreeMap<>(spec)),
        new Source(
            Path.of("/srv/boxes/sandbox.yaml"),
            line,
            "9f86d081".repeat(8),
            Optional.of("git:1a2b3c4 (clean)"),
            new TreeMap<>(Map.of("limits.memory", 7))),
        new TreeMap<>(Map.of("grade", new Content("60303ae2".repeat(8), 512))),
        new TreeMap<>(launchers),
        Optional.of(new Layer(2_000_010_000L)),
        Instant.parse("2026-11-22T08:15:00Z"));
  }

  @Test
  void noFileIsNothingApplied() throws IOException {
    assertEquals(List.of(), index.all());
    assertEquals(List.of(), index.removing());
    assertEquals(List.of(), index.withScript("grade"));
    assertEquals(Optional.empty(), index.named("a"));
  }

  @Test
  void theFileIsJsonThatPeopleAndOtherProgramsCanRead() throws IOException {
    index.replace(List.of(sandbox("mybox", 3, "grade")), List.of("old"), "test");
    List<String> lines = Files.readAllLines(file);
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).startsWith("{\"version\":1,\"bytes\":"), lines.get(0));
    assertTrue(
        lines.get(1).startsWith(
            "{\"name\":\"mybox\",\"manifest\":\"/srv/boxes/sandbox.yaml\",\"line\":3,\"digest\":\"9f86d081"),
        lines.get(1));
    assertEquals(
        List.of(
            "name", "manifest", "line", "digest", "revision", "since", "layer", "contents", "launchers", "spec",
            "lines"),
        List.copyOf(JsonReader.readObject(lines.get(1)).keySet()));
    assertEquals("{\"removing\":\"old\"}", lines.get(2));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void oneIsFoundByItsNameAndByItsScripts() throws IOException {
    Applied a = sandbox("a", 1, "main", "digest");
    Applied ab = sandbox("ab", 2, "main");
    index.replace(List.of(ab, a), List.of("b", "c".repeat(64)), "test");
    assertEquals(List.of(a, ab), index.all());
    assertEquals(Optional.of(a), index.named("a"));
    assertEquals(Optional.of(ab), index.named("ab"));
    assertEquals(Optional.empty(), index.named("b"));
    assertEquals(Optional.empty(), index.named("aba"));
    assertEquals(List.of(a, ab), index.withScript("main"));
    // Also a key of each line.
    assertEquals(List.of(a), index.withScript("digest"));
    assertEquals(List.of(), index.withScript("manifest"));
    assertEquals(List.of(), index.withScript("removing"));
    assertEquals(List.of(), index.withScript("mai"));
    assertEquals(List.of("b", "c".repeat(64)), index.removing());
  }

  @Test
  void anyByteThatChangedIsFoundByWhoeverReadsAnyPart() throws IOException {
    index.replace(List.of(sandbox("a", 1, "main"), sandbox("b", 1, "main")), List.of("c"), "test");
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      assertRefusedWhole(bad);
    }
    for (int length = 0; length < good.length; length += 97) {
      byte[] bad = new byte[length];
      System.arraycopy(good, 0, bad, 0, length);
      assertRefusedWhole(bad);
    }
  }

  private void assertRefusedWhole(byte[] bad) throws IOException {
    Files.write(file, bad);
    assertThrows(StoreException.class, () -> index.named("b"));
    assertThrows(StoreException.class, () -> index.withScript("none"));
    assertThrows(StoreException.class, () -> index.removing());
    assertThrows(StoreException.class, () -> index.all());
    assertThrows(StoreException.class, () -> index.replace(List.of(), List.of(), "test"));
    assertArrayEquals(bad, Files.readAllBytes(file));
  }

  @Test
  void damageIsToldWithItsLineAndWhatToDo() throws IOException {
    index.replace(List.of(sandbox("a", 1, "main"), sandbox("b", 1, "main")), List.of("c"), "test");
    String good = Files.readString(file);
    assertDamage(good.replaceFirst("\"b\",\"manifest\":", "\"b\",\"manifest\""), ":3: ");
    assertDamage(good.replaceFirst("\"b\",\"manifest\":", "\"b\",\"mannifest\":"), ":3: there is no \"manifest\"");
    assertDamage(good.replace("\"size\":512", "\"size\":\"5\""), ":2: \"size\" is not a whole number");
    assertDamage(good.replaceFirst("\"line\":1", "\"line\":4294967297"), ":2: \"line\" is not a number of 32 bits");
    assertDamage(good.replaceFirst("2026-11-22", "2026-13-22"), ":2: \"since\" is no time");
    assertDamage(good.replace("{\"removing\":\"c\"}", "{\"removing\":1}"), ":4: \"removing\" is not text");
    assertDamage(good.replaceFirst("268435456", "null"), ":2: \"spec\" is none: ");
    assertDamage(good.replaceFirst("268435456", "2.5"), ":2: \"spec\" is none: ");
    assertDamage(good.replaceFirst("268435456", "268435457"), ":1: what follows is not what was written");
    assertDamage("", ":1: empty");
    assertDamage("{}\n", ":1: there is no version");
    assertDamage("\0".repeat(4096), ":1: ");
  }

  private void assertDamage(String text, String problem) throws IOException {
    Files.writeString(file, text);
    String message = String.valueOf(assertThrows(StoreException.class, () -> index.all()).getMessage());
    assertTrue(message.startsWith(file + problem), message);
    assertTrue(message.endsWith("restore it from a backup, or move it away and apply your manifests again"), message);
  }

  @Test
  void aNewerVersionIsRefusedAndNotOverwritten() throws IOException {
    String newer = "{\"version\":2,\"of\":\"the future\"}\n\u0001binary\n";
    Files.writeString(file, newer);
    for (StoreException refusal :
        List.of(
            assertThrows(StoreException.class, () -> index.named("a")),
            assertThrows(StoreException.class, () -> index.replace(List.of(), List.of(), "test")))) {
      assertEquals(
          file + " has version 2, and this program knows version 1; use a newer chroot-lite", refusal.getMessage());
    }
    assertEquals(newer, Files.readString(file));
  }

  @Test
  void whatCouldNotBeReadBackIsNotWritten() throws IOException {
    Applied big = sandbox("big", 1);
    assertNotStored(Map.of("run", "x".repeat(JsonReader.LONGEST)), "cannot be stored: longer than 16777216");
    assertNotStored(Map.of("\ud800", "half a character"), "cannot be stored: Broken surrogate pair");
    Map<String, Object> deep = Map.of("a", 1L);
    for (int i = 0; i < JsonReader.DEEPEST; i++) {
      deep = Map.of("a", deep);
    }
    assertNotStored(deep, "cannot be stored: ");
    assertThrows(IllegalArgumentException.class, () -> index.replace(List.of(big, big), List.of(), "test"));
    assertFalse(Files.exists(file));
  }

  private void assertNotStored(Map<String, Object> spec, String why) {
    StoreException refusal =
        assertThrows(StoreException.class, () -> index.replace(List.of(withSpec(spec)), List.of(), "test"));
    assertTrue(refusal.toString().contains(": sandbox odd " + why), refusal.toString());
  }

  private static Applied withSpec(Map<String, Object> spec) {
    Applied like = sandbox("odd", 1);
    return new Applied(
        like.name(), new Spec(new TreeMap<>(spec)), like.source(), like.contents(), like.launchers(), like.layer(),
        like.since());
  }

  @Test
  void whatAKilledWriterLeftIsRemovedAndNothingElse() throws IOException {
    Path leftOver = Files.writeString(directory.resolve(".sandboxes.jsonl.0badcafe.tmp"), "half");
    Path other = Files.writeString(directory.resolve(".version.0badcafe.tmp"), "half");
    index.replace(List.of(), List.of(), "test");
    assertFalse(Files.exists(leftOver));
    assertTrue(Files.exists(other));
  }

  @Test
  void aDirectoryThatCannotBeWrittenLeavesTheOldIndex() throws IOException {
    index.replace(List.of(sandbox("a", 1)), List.of(), "test");
    Path gone = directory.resolve("gone");
    StoreException refusal =
        assertThrows(StoreException.class, () -> new Sandboxes(gone).replace(List.of(), List.of(), "test"));
    assertTrue(refusal.toString().contains(": cannot write " + gone + "/sandboxes.jsonl: "), refusal.toString());
    assertEquals(1, index.all().size());
  }

  @Test
  void aWriterThatIsKilledLeavesOneGenerationOrTheNext() throws Exception {
    index.replace(generation(0), List.of(), "test");
    Random random = new Random(11);
    int last = 0;
    for (int kills = 0; kills < 12; kills++) {
      try (ChildJvm child = new ChildJvm(Writer.class, directory.toString(), Integer.toString(last))) {
        child.readLine();
        Thread.sleep(random.nextInt(60));
        child.kill();
      }
      List<Applied> all = index.all();
      int generation = all.getFirst().source().line();
      assertTrue(generation > last, generation + " after " + last);
      assertEquals(generation(generation), all);
      last = generation;
    }
    index.replace(List.of(), List.of(), "test");
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(List.of(file), left.toList());
    }
  }

  static List<Applied> generation(int number) {
    List<Applied> all = new ArrayList<>();
    for (int i = 100; i < 150 + number % 7; i++) {
      all.add(sandbox("box" + i, number, "main"));
    }
    return all;
  }

  /** Replaces the index again and again until it is killed. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      Sandboxes index = new Sandboxes(Path.of(arguments[0]));
      for (int number = Integer.parseInt(arguments[1]) + 1; ; number++) {
        index.replace(generation(number), List.of(), "test");
        // Before the first time it is busy with the loading of classes, and no test of anything.
        System.out.println(number);
      }
    }
  }

  /** Prints how long a new JVM takes for look-ups, in microseconds. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] arguments) throws IOException {
      JsonReader.read("{\"warm\":1}");
      Instant.parse("2026-11-22T08:15:00Z");
      long start = System.nanoTime();
      boolean found = new Sandboxes(Path.of(arguments[0])).named(arguments[1]).isPresent();
      long middle = System.nanoTime();
      int scripts = new Sandboxes(Path.of(arguments[0])).withScript(arguments[2]).size();
      long last = System.nanoTime();
      new Sandboxes(Path.of(arguments[0])).all();
      long end = System.nanoTime();
      System.out.println(
          "%b %d %d %d %d".formatted(
              found, (middle - start) / 1000, scripts, (last - middle) / 1000, (end - last) / 1000));
    }
  }

  @Test
  void ofAThousandOneIsFoundInAFractionOfTheTimeThatAllTake() throws Exception {
    List<Applied> all = new ArrayList<>();
    for (int i = 1000; i < 2000; i++) {
      all.add(sandbox("box" + i, i, "script" + i, "main"));
    }
    index.replace(all, List.of(), "test");
    long both = Long.MAX_VALUE;
    long allOfThem = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      try (ChildJvm child = new ChildJvm(Reader.class, directory.toString(), "box1999", "script1998")) {
        String line = String.valueOf(child.readLine());
        String[] words = line.split(" ", -1);
        assertEquals(List.of("true", "1"), List.of(words[0], words[2]), line);
        both = Math.min(both, Long.parseLong(words[1]) + Long.parseLong(words[3]));
        allOfThem = Math.min(allOfThem, Long.parseLong(words[4]));
      }
    }
    assertTrue(both * 2 < allOfThem, both + " us of " + allOfThem);
  }
}
