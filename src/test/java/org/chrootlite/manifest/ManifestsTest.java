package org.chrootlite.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chrootlite.diagnostic.DiagnosticPrinter;
import org.chrootlite.model.Mount;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Stdin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestsTest {
  @TempDir Path folder = Path.of("");

  private static String manifest(String name) {
    return "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: " + name + "\n";
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Reading read(String... paths) {
    List<String> below = List.of(paths).stream().map(path -> folder.resolve(path).toString()).toList();
    return Manifests.read(below, Set.of("base"));
  }

  private String print(Reading reading) {
    return new DiagnosticPrinter(reading.sources(), false, false)
        .print(reading.diagnostics())
        .replace(folder.toString() + "/", "")
        .replace(folder.toString(), ".");
  }

  private static List<String> names(Reading reading) {
    return reading.sandboxes().stream().map(sandbox -> sandbox.name().value()).toList();
  }

  @Test
  void aDirectoryIsReadRecursivelyInTheOrderOfNames() throws IOException {
    write("b.yml", manifest("three"));
    write("a/z.yaml", manifest("two"));
    write("a/b.yaml", manifest("one"));
    write("a/notes.txt", "not yaml: [");
    Reading reading = read("");
    assertEquals("", print(reading));
    assertEquals(List.of("one", "two", "three"), names(reading));
  }

  @Test
  void aFileMayHoldSeveralDocuments() throws IOException {
    write("a.yaml", "---\n" + manifest("one") + "---\n---\n" + manifest("two") + "...\n");
    Reading reading = read("a.yaml");
    assertEquals("", print(reading));
    assertEquals(List.of("one", "two"), names(reading));
  }

  @Test
  void aNameIsTakenOnceOverAllFiles() throws IOException {
    write("a.yaml", manifest("one"));
    write("b.yaml", manifest("two") + "---\n" + manifest("one") + "oops: 1\n");
    assertEquals(
        """
        b.yaml:7:7: error: name: "one" is already the name of the sandbox at a.yaml:3
        b.yaml:8:1: error: oops: unknown key; one of apiVersion, kind, name, description, labels, isolation, \
        hardening, rootfs, limits, network, mounts, environment, workdir, user, hostname, scripts
        """,
        print(read("")));
  }

  @Test
  void allErrorsOfAllFilesAreReportedSortedByPlace() throws IOException {
    write("b.yaml", manifest("b") + "limits: {mem: 1, disk: x}\nnetwork: {}\n");
    write("a.yaml", manifest("a") + "x: [\n");
    write("c.yaml", "");
    assertEquals(
        """
        a.yaml:5:1: error: is not YAML: expected the node content, but found '<stream end>' (while parsing a flow node)
        b.yaml:4:10: error: limits.mem: unknown key; did you mean "memory"?
        b.yaml:4:24: error: limits.disk: "x" is not a size; a number with B, KB, MB, GB, KiB, MiB or GiB, such as 128MB
        b.yaml:5:10: error: network: must be none or host, not a mapping; one of none, host
        c.yaml:1:1: error: is empty: it holds no sandbox; chroot-lite init writes a manifest to start from
        """,
        print(read("c.yaml", "b.yaml", "a.yaml")));
  }

  @Test
  void aSandboxWithAnErrorIsLeftOutAndTheOthersAreThere() throws IOException {
    write("a.yaml", manifest("one") + "oops: 1\n---\n" + manifest("two"));
    Reading reading = read("a.yaml");
    assertEquals(List.of("two"), names(reading));
    assertTrue(reading.hasErrors());
  }

  @Test
  void aWarningLeavesTheSandboxUsable() throws IOException {
    write("a.yaml", manifest("one") + "limits: {addressSpace: 1GB}\n");
    Reading reading = read("a.yaml");
    assertEquals(1, reading.diagnostics().size());
    assertFalse(reading.hasErrors());
    assertEquals(List.of("one"), names(reading));
  }

  @Test
  void linksThatGoInCirclesDoNoHarmAndNoFileIsReadTwice() throws IOException {
    write("a/one.yaml", manifest("one"));
    Files.createSymbolicLink(folder.resolve("a/up"), folder);
    Files.createSymbolicLink(folder.resolve("again.yaml"), folder.resolve("a/one.yaml"));
    Files.createSymbolicLink(folder.resolve("loop.yaml"), folder.resolve("loop.yaml"));
    Reading reading = read("", "a", "a/one.yaml");
    assertEquals(List.of("one"), names(reading));
    assertEquals(1, reading.diagnostics().size());
    assertTrue(print(reading).startsWith("loop.yaml: error: cannot be read"), print(reading));
  }

  @Test
  void aFifoIsRefusedAndNotWaitedFor() throws IOException, InterruptedException {
    Path fifo = folder.resolve("fifo.yaml");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    Reading reading = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> read("fifo.yaml", ""));
    assertEquals("fifo.yaml: error: is not a regular file\n", print(reading));
  }

  @Test
  void whatIsNotThereIsAnError() {
    assertEquals("nope.yaml: error: there is no such file or directory\n", print(read("nope.yaml")));
  }

  @Test
  void aDirectoryWithoutManifestsIsAnError() throws IOException {
    write("notes.txt", "");
    assertEquals(".: error: holds no manifest; manifests are named *.yaml or *.yml\n", print(read("")));
  }

  @Test
  void aFileOverOneMebibyteIsRefused() throws IOException {
    write("a.yaml", manifest("one") + "#".repeat((1 << 20) - manifest("one").length()));
    write("b.yaml", manifest("two") + "#".repeat((1 << 20) - manifest("two").length() + 1));
    Reading reading = read("");
    assertEquals(List.of("one"), names(reading));
    assertEquals("b.yaml:1:1: error: is larger than 1 MiB; split it into several manifests\n", print(reading));
  }

  @Test
  void aDirectorysYamlOfSomethingElseIsLeftOutWithAWarningButNotWhenItIsNamed() throws IOException {
    write("compose.yaml", "name: web\nservices: {web: {image: nginx}}\n");
    write("pod.yaml", "apiVersion: v1\nkind: Pod\n");
    write("ours.yaml", manifest("one"));
    Reading all = read("");
    assertEquals(
        """
        compose.yaml:1:1: warning: is not a sandbox, and is left out; nothing is deleted while it is here;\
         a sandbox has apiVersion: chroot-lite/v1
        pod.yaml:1:1: warning: is not a sandbox, and is left out; nothing is deleted while it is here;\
         a sandbox has apiVersion: chroot-lite/v1
        """,
        print(all));
    assertEquals(List.of("one"), names(all));
    assertTrue(read("compose.yaml").hasErrors());
  }

  @Test
  void aSandboxThatForgetsItsVersionIsNotLeftOut() throws IOException {
    write("a.yaml", "kind: Sandbox\nname: one\n");
    write("b.yaml", "name: two\nscripts: {a: {run: x}}\n");
    assertEquals(
        """
        a.yaml:1:1: error: apiVersion: is missing
        b.yaml:1:1: error: apiVersion: is missing
        b.yaml:1:1: error: kind: is missing
        """,
        print(read("")));
  }

  @Test
  void hiddenFilesOfADirectoryAreNotRead() throws IOException {
    write(".github/workflows/ci.yml", "on: push\n");
    write("one.yaml", manifest("one"));
    assertEquals("", print(read("")));
  }

  @Test
  void manyErrorsAreCountedInsteadOfPrinted() throws IOException {
    StringBuilder text = new StringBuilder(manifest("two")).append("labels:\n");
    for (int at = 0; at < 1500; at++) {
      text.append("  k").append(at).append(": 1\n");
    }
    write("b.yaml", text.toString());
    String printed = print(read("b.yaml"));
    assertTrue(printed.startsWith("b.yaml: error: has 500 more problems\n"), printed.substring(0, 200));
    assertEquals(1001, printed.lines().count());
  }

  /** Remembers in memory what it is asked and told. */
  private static final class Remembered implements CheckedTexts {
    private final Set<String> digests = new HashSet<>();
    private int hits;

    @Override
    public boolean contains(String digest) {
      boolean known = digests.contains(digest);
      hits += known ? 1 : 0;
      return known;
    }

    @Override
    public void add(String digest) {
      digests.add(digest);
    }
  }

  private Reading read(String path, CheckedTexts checked) {
    return Manifests.read(List.of(folder.resolve(path).toString()), Set.of("base"), checked);
  }

  @Test
  void aTextThatFitsTheSchemaIsRememberedAndReadTheSameTheNextTime() throws IOException {
    write("a.yaml", Bundled.starter());
    Remembered checked = new Remembered();
    Reading first = read("a.yaml", checked);
    assertEquals(1, checked.digests.size());
    assertEquals(0, checked.hits);
    assertEquals(first.sandboxes(), read("a.yaml", checked).sandboxes());
    assertEquals(1, checked.hits);
  }

  @Test
  void whatTheSchemaCannotSayIsCheckedInAKnownTextToo() throws IOException {
    write("input.txt", "");
    write("a.yaml", manifest("one") + "scripts: {a: {run: x, stdin: input.txt}}\n");
    Remembered checked = new Remembered();
    assertFalse(read("a.yaml", checked).hasErrors());
    Files.delete(folder.resolve("input.txt"));
    assertTrue(read("a.yaml", checked).hasErrors());
    assertEquals(1, checked.hits);
  }

  @Test
  void aTextWithAnErrorIsNotRemembered() throws IOException {
    Remembered checked = new Remembered();
    write("a.yaml", manifest("one") + "oops: 1\n");
    assertTrue(read("a.yaml", checked).hasErrors());
    write("a.yaml", manifest("one") + "---\n- a\n");
    assertTrue(read("a.yaml", checked).hasErrors());
    write("a.yaml", manifest("one") + "name: two\n");
    assertTrue(read("a.yaml", checked).hasErrors());
    assertEquals(Set.of(), checked.digests);
  }

  @Test
  void theSchemaValidatorIsNotLoadedForAKnownText() throws IOException, InterruptedException {
    write("a.yaml", Bundled.starter());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                KnownText.class.getName(),
                folder.resolve("a.yaml").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.contains("org.chrootlite.manifest.SandboxReader "), "the log of loaded classes is missing");
    assertFalse(output.contains("com.networknt."), "the validator was loaded");
    assertFalse(output.contains("tools.jackson."), "Jackson was loaded");
  }

  /** Reads a manifest as one whose text is known. */
  static final class KnownText {
    private KnownText() {}

    public static void main(String[] args) {
      CheckedTexts all =
          new CheckedTexts() {
            @Override
            public boolean contains(String digest) {
              return true;
            }

            @Override
            public void add(String digest) {}
          };
      if (Manifests.read(List.of(args), Set.of("base"), all).sandboxes().size() != 1) {
        throw new IllegalStateException("no sandbox");
      }
    }
  }

  @Test
  void theStarterIsAValidManifestWithoutAWarning() throws IOException {
    write("sandbox.yaml", Bundled.starter());
    Reading reading = read("sandbox.yaml");
    assertEquals("", print(reading));
    Sandbox sandbox = reading.sandboxes().getFirst();
    assertEquals(List.of("hello", "count"), sandbox.scripts().stream().map(script -> script.name()).toList());
    assertTrue(Bundled.starter().startsWith("# yaml-language-server: $schema="));
  }

  @Test
  void aLinkThatAScriptMayMakeLaterIsNotFollowed() throws IOException {
    write("data/input", "input");
    Files.createDirectory(folder.resolve("data/sub"));
    Files.createSymbolicLink(folder.resolve("link"), Path.of("data"));
    write(
        "linked.yaml",
        manifest("box")
            + """
            rootfs: {directory: link/sub}
            mounts: [{source: link/sub, target: /out}]
            scripts:
              a: {run: cat, stdin: link/input}
            """);

    Reading reading = read("linked.yaml");

    assertEquals("", print(reading));
    Sandbox sandbox = reading.sandboxes().getFirst();
    Path real = folder.toRealPath().resolve("data");
    assertEquals(new RootfsSource.Directory(real.resolve("sub")), sandbox.rootfs().source().value());
    assertEquals(real.resolve("sub"), ((Mount.Bind) sandbox.mounts().getFirst()).source());
    assertEquals(new Stdin.File(real.resolve("input")), sandbox.scripts().getFirst().stdin().value());
  }

  @Test
  void aLinkToALinkThatAScriptMayHaveMadeLeadsNowhere() throws IOException {
    Files.createDirectory(folder.resolve("data"));
    Files.createSymbolicLink(folder.resolve("data/planted"), folder);
    Files.createSymbolicLink(folder.resolve("outer"), Path.of("data/planted"));
    write(
        "chain.yaml",
        manifest("box")
            + """
            mounts: [{source: data, target: /data, readOnly: false}, {source: outer, target: /outer}]
            scripts: {a: {run: ls}}
            """);
    assertTrue(print(read("chain.yaml")).contains("mounts[1].source: leads out of "));
  }

  @Test
  void aLinkThatAnotherSandboxsScriptMayHaveMadeLeadsNowhere() throws IOException {
    Files.createDirectory(folder.resolve("data"));
    Files.createSymbolicLink(folder.resolve("data/planted"), folder);
    String scripts = "scripts: {a: {run: ls}}\n";
    write("writer.yaml", manifest("writer") + "mounts: [{source: data, target: /data, readOnly: false}]\n" + scripts);
    write("reader.yaml", manifest("reader") + "mounts: [{source: data/planted, target: /data}]\n" + scripts);
    assertEquals("", print(read("reader.yaml")));
    String problems = print(read("reader.yaml", "writer.yaml"));
    assertTrue(problems.contains("reader.yaml:"), problems);
    assertTrue(problems.contains("error: mounts[0].source: leads out of data"), problems);
  }

  @Test
  void aLinkThatAScriptMayHaveMadeLeadsNowhere() throws IOException {
    write("secret", "of the host");
    write("data/honest", "input");
    Files.createDirectory(folder.resolve("data/sub"));
    Files.createSymbolicLink(folder.resolve("data/inside"), Path.of("honest"));
    Files.createSymbolicLink(folder.resolve("data/input"), Path.of("../secret"));
    Files.createSymbolicLink(folder.resolve("data/out"), folder);
    String text =
        manifest("box")
            + """
            mounts: [{source: data/out, target: /out}, {source: data, target: /data%s}]
            scripts:
              a: {run: cat, stdin: data/input}
              b: {file: data/out/secret}
              c: {file: data/honest, stdin: data/inside}
            """;
    write("writable.yaml", text.formatted(", readOnly: false"));
    write("readable.yaml", text.formatted(""));

    String problems = print(read("writable.yaml"));

    assertEquals(3, problems.lines().filter(line -> line.contains(": error: ")).count(), problems);
    for (String place : List.of("mounts[0].source", "scripts.a.stdin", "scripts.b.file")) {
      assertTrue(problems.contains(place + ": leads out of data, where a script may have put a link"), problems);
    }
    assertEquals("", print(read("readable.yaml")));
  }
}
