package org.chrootlite.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.chrootlite.diagnostic.Diagnostic;
import org.chrootlite.diagnostic.DiagnosticPrinter;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.diagnostic.SourceText;
import org.chrootlite.model.Sandbox;

class ManifestProperties {
  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: mybox\n";
  private static Path file = Path.of("");

  @BeforeContainer
  static void makeAFile() throws IOException {
    file = Files.createTempFile("manifest", ".yaml");
  }

  @AfterContainer
  static void removeTheFile() throws IOException {
    Files.delete(file);
  }

  private static Reading read(byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Manifests.read(List.of(file.toString()), Set.of("base", "python"));
  }

  private static String print(Reading reading) {
    return new DiagnosticPrinter(reading.sources(), true, false).print(reading.diagnostics());
  }

  /** Whatever the file holds, it is understood or refused, and what is said of it is about places that it has. */
  private static void check(byte[] bytes) {
    Reading reading = read(bytes);
    assertTrue(reading.hasErrors() || !reading.sandboxes().isEmpty(), "neither a sandbox nor an error");
    for (Diagnostic diagnostic : reading.diagnostics()) {
      Position position = diagnostic.position();
      SourceText source = reading.sources().get(position.file());
      if (position.line() > 0 && source != null) {
        assertTrue(position.line() <= source.lineCount(), diagnostic::toString);
        String line = source.line(position.line());
        int width = line.codePointCount(0, line.length());
        assertTrue(position.column() >= 1 && position.column() <= width + 1, diagnostic::toString);
        assertTrue(position.length() == 1 || position.column() + position.length() <= width + 1, diagnostic::toString);
      }
    }
    String printed = print(reading);
    assertTrue(printed.codePoints().allMatch(c -> c == '\n' || !Character.isISOControl(c)), printed);
  }

  @Property
  void anyBytesAreUnderstoodOrRefused(@ForAll byte[] bytes) {
    check(bytes);
  }

  @Property
  void anyYamlIsUnderstoodOrRefused(@ForAll("fragments") List<String> fragments) {
    check(String.join("", fragments).getBytes(StandardCharsets.UTF_8));
  }

  @Provide
  Arbitrary<List<String>> fragments() {
    Arbitrary<String> syntax =
        Arbitraries.of(
            "a", "b: ", "- ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ", ", ": ", "? ", "&x ", "*x", "<<: ", "!t ",
            "!!int ", "|\n", ">-\n", "'", "\"", "\\", "\\u", "\\x0", "#", "\t", "%YAML 1.2\n", "%TAG ! x\n", "---\n",
            "...\n", "~", "\r", "\u0085", "\u2028", "\ufeff", "\ud83d\ude00", "\0", "1e9", "0x", ".inf");
    Arbitrary<String> ours =
        Arbitraries.of(
            "apiVersion: chroot-lite/v1\n", "kind: Sandbox\n", "name: x\n", "limits:\n", "  memory: ", "128MB\n",
            "scripts:\n", "  a:\n", "    run: ", "mounts:\n", "  - {tmpfs: /x}\n", "environment: {A: b}\n", "network: ",
            "user: {uid: 1}\n", "rootfs: {template: base}\n", "workdir: /w\n", "hostname: ");
    return Arbitraries.frequencyOf(Tuple.of(1, syntax), Tuple.of(2, ours))
        .list()
        .ofMaxSize(40);
  }

  @Property
  void aDamagedManifestIsUnderstoodOrRefused(
      @ForAll("places") int at, @ForAll("places") int length, @ForAll("inserts") String insert) {
    String text = Bundled.starter();
    int from = at % text.length();
    int to = Math.min(text.length(), from + length % 20);
    check((text.substring(0, from) + insert + text.substring(to)).getBytes(StandardCharsets.UTF_8));
  }

  @Provide
  Arbitrary<Integer> places() {
    return Arbitraries.integers().between(0, 10_000);
  }

  @Provide
  Arbitrary<String> inserts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(5),
        Arbitraries.of("", "\n", ": ", "- ", "{", "[", "*a", "&a ", "!b ", "\t", "1", "\"", "'", "\\"));
  }

  /** Blocks of a valid manifest, in any selection. */
  @Provide
  Arbitrary<List<String>> blocks() {
    Arbitrary<String> size =
        Combinators.combine(
                Arbitraries.longs().between(100, 4_000), Arbitraries.of("KB", "KiB", "MB", "MiB", "GB", "GiB"))
            .as((number, unit) -> number + unit);
    Arbitrary<String> duration =
        Combinators.combine(Arbitraries.longs().between(1, 1_000), Arbitraries.of("", "ms", "s", "m", "h"))
            .as((number, unit) -> number + unit);
    Arbitrary<String> count = Arbitraries.longs().between(4, 10_000).map(String::valueOf);
    Arbitrary<String> text =
        Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(20).map(ManifestProperties::quote);
    Arbitrary<String> limits =
        Combinators.combine(size, size, duration, duration, count)
            .as(
                (memory, disk, cpu, wall, processes) ->
                    String.format(
                        "limits:\n  memory: %s\n  disk: %s\n  cpuTime: %s\n  wallTime: %s\n  processes: %s\n",
                        memory, disk, cpu, wall, processes));
    List<Arbitrary<String>> blocks =
        List.of(
            limits,
            text.map(value -> "description: " + value + "\n"),
            text.map(value -> "labels:\n  course: " + value + "\n"),
            text.map(value -> "environment:\n  A: " + value + "\n  B: x\n"),
            Arbitraries.of("none", "host").map(value -> "network: " + value + "\n"),
            Arbitraries.of("strict", "best-effort").map(value -> "isolation: " + value + "\n"),
            Arbitraries.of("allow", "deny").map(value -> "hardening: {locks: " + value + "}\n"),
            Arbitraries.of("discard", "keep", "deny")
                .map(value -> "rootfs:\n  template: base\n  writes: " + value + "\n"),
            Arbitraries.longs().between(0, 4_294_967_294L).map(value -> "user:\n  gid: 1\n  uid: " + value + "\n"),
            size.map(value -> "mounts:\n  - tmpfs: /a\n    size: " + value + "\n  - {target: /b, source: .}\n"),
            Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(64).map(value -> "hostname: \"" + value + "\"\n"),
            text.map(value -> "scripts:\n  s_1:\n    run: \"echo\"\n    args: [" + value + "]\n"));
    return Combinators.combine(blocks)
        .as(ArrayList::new)
        .flatMap(all -> Arbitraries.subsetOf(all).map(chosen -> all.stream().filter(chosen::contains).toList()));
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  @Property
  void aValidManifestHasNoErrors(@ForAll("blocks") List<String> blocks) {
    Reading reading = read((HEAD + String.join("", blocks)).getBytes(StandardCharsets.UTF_8));
    assertEquals("", print(reading));
    assertEquals(1, reading.sandboxes().size());
  }

  @Property
  void theOrderOfKeysAndCommentsDoNotMatter(
      @ForAll("blocks") List<String> blocks, @ForAll("seeds") long seed, @ForAll boolean comments) {
    List<String> shuffled = new ArrayList<>(blocks);
    shuffled.addAll(Arrays.asList(HEAD.split("(?<=\n)", -1)));
    shuffled.removeIf(String::isEmpty);
    Collections.shuffle(shuffled, new Random(seed));
    String other = shuffled.stream().map(block -> shuffleBelow(block, seed)).reduce("", String::concat);
    if (comments) {
      other = "# first\n\n" + other.replace("\n", "   # and so on\n\n# more\n");
    }
    Reading expected = read((HEAD + String.join("", blocks)).getBytes(StandardCharsets.UTF_8));
    Reading actual = read(other.getBytes(StandardCharsets.UTF_8));
    assertEquals("", print(actual));
    assertFalse(actual.sandboxes().isEmpty());
    assertEquals(withoutLines(expected.sandboxes().getFirst()), withoutLines(actual.sandboxes().getFirst()));
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  /** The keys of {@code limits} and {@code environment} in another order. */
  private static String shuffleBelow(String block, long seed) {
    String name = block.substring(0, block.indexOf(':')).toLowerCase(Locale.ROOT);
    if (!name.equals("limits") && !name.equals("environment")) {
      return block;
    }
    List<String> lines = new ArrayList<>(block.lines().toList());
    String first = lines.removeFirst();
    Collections.shuffle(lines, new Random(seed));
    return Stream.concat(Stream.of(first), lines.stream()).map(line -> line + "\n").reduce("", String::concat);
  }

  private static String withoutLines(Sandbox sandbox) {
    return sandbox.toString().replaceAll("line=[0-9]+", "line=N");
  }

  /** Manifests with one scalar left open, at every kind of place that takes one. */
  private static final List<String> OPEN =
      Stream.of(
              "apiVersion: @", "kind: @", "name: @", "description: @", "labels: {a: @}", "isolation: @", "hardening: @",
              "hardening: {locks: @}", "rootfs: @",
              "rootfs: {template: @}", "rootfs: {directory: @}", "rootfs: {writes: @}", "limits: @",
              "limits: {memory: @}", "limits: {wallTime: @}", "limits: {cpus: @}", "limits: {processes: @}",
              "limits: {openFiles: @}", "limits: {disk: @}", "network: @", "mounts: @", "mounts: [@]",
              "mounts: [{source: @, target: /a}]", "mounts: [{source: ., target: @}]",
              "mounts: [{source: ., target: /a, readOnly: @, sockets: @}]", "mounts: [{tmpfs: @, size: @}]",
              "environment: {A: @}", "workdir: @", "user: @", "user: {uid: @}", "user: {gid: @}", "hostname: @",
              "scripts: @", "scripts: {a: @}", "scripts: {a: {run: @}}", "scripts: {a: {file: @}}",
              "scripts: {a: {command: @}}", "scripts: {a: {command: [@]}}", "scripts: {a: {run: x, stdin: @}}",
              "scripts: {a: {run: x, args: [@], artifacts: [@]}}", "scripts: {a: {run: x, limits: {cpuTime: @}}}",
              "@: 1", "scripts: {@: {run: x}}")
          .toList();

  @Provide
  static Arbitrary<String> scalars() {
    Arbitrary<String> numbers =
        Arbitraries.strings().withChars("0123456789.eE+-xob_:").ofMinLength(1).ofMaxLength(14);
    Arbitrary<String> known =
        Arbitraries.of(
            "1e19", "-1e19", "1e300", "1e999999999", "-0", "0x10", "0o17", ".inf", "-.inf", ".nan", "~", "null", "yes",
            "9223372036854775807", "9223372036854775808", "99999999999999999999999999", "1e-400", "\"\"", "''",
            "2026-12-01");
    return Arbitraries.frequencyOf(Tuple.of(1, numbers), Tuple.of(1, known));
  }

  @Property(tries = 40)
  void noScalarAnywhereIsMoreThanAnErrorWithItsPlace(@ForAll("scalars") String scalar) {
    for (String open : OPEN) {
      String scripts = open.startsWith("scripts") ? "" : "scripts: {hello: {run: echo}}\n";
      String key = open.substring(0, Math.max(0, open.indexOf(':')) + 1);
      String head = HEAD.lines().filter(line -> !line.startsWith(key)).collect(Collectors.joining("\n", "", "\n"));
      check((head + open.replace("@", scalar) + "\n" + scripts).getBytes(StandardCharsets.UTF_8));
    }
  }
}
