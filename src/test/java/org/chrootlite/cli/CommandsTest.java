package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.chrootlite.manifest.Bundled;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands do short of running anything. */
class CommandsTest {
  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\n";
  private static final int USAGE = 2;
  private static final int OWN_FAILURE = 125;

  @TempDir Path directory;
  private Path manifest;

  @BeforeEach
  void writeTheManifest() throws IOException {
    Path root = Files.createDirectory(directory.resolve("tree"));
    manifest = directory.resolve("sandbox.yaml");
    Files.writeString(
        manifest,
        HEAD
            + "name: red\nrootfs: {directory: %s}\nscripts: {hello: {run: 'true'}, odd: {command: [\"\\e[2J\"]}}\n---\n"
                .formatted(root)
            + HEAD
            + "name: blue\nscripts: {hello: {run: 'true'}}\nlimits: {cpus: 2}\n");
  }

  /** With a state directory of this test's own. */
  private Invoked invoke(String... args) {
    List<String> all = new ArrayList<>(List.of("--home", directory.resolve("home").toString()));
    all.addAll(List.of(args));
    return Invoked.of(all.toArray(String[]::new));
  }

  private Invoked withManifest(String command, String... args) {
    List<String> all = new ArrayList<>(List.of(command, "-f", manifest.toString()));
    all.addAll(List.of(args));
    return invoke(all.toArray(String[]::new));
  }

  private static void assertFails(int code, String message, Invoked invoked) {
    assertEquals(new Invoked(code, "", "chroot-lite: " + message + "\n"), invoked);
  }

  private static void assertMisused(int code, String command, String message, Invoked invoked) {
    assertFails(code, message + "\nSee chroot-lite " + command + " --help", invoked);
  }

  @Test
  void runWantsJobsOrAllOfThem() {
    assertMisused(OWN_FAILURE, "run", "say which jobs to run, or --all", withManifest("run"));
    assertMisused(OWN_FAILURE, "run", "say which jobs to run, or --all", withManifest("run", "hello", "--all"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1000001"})
  void runWantsSensibleNumbers(String number) {
    for (String option : List.of("--parallel", "--repeat")) {
      assertMisused(
          OWN_FAILURE,
          "run",
          option + ": " + number + " is not a number from 1 to 1000000",
          withManifest("run", "hello", option, number));
    }
  }

  @Test
  void runWantsNumbersThatAreNumbers() {
    Invoked invoked = withManifest("run", "hello", "--repeat", "often");
    assertEquals(OWN_FAILURE, invoked.code());
    assertTrue(invoked.err().contains("'often' is not an int"), invoked.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"yaml", "name"})
  void aRunIsNotToldInAFormatForLists(String format) {
    String message = "a run can be told as json only, or passes its streams through";
    assertMisused(OWN_FAILURE, "run", message, withManifest("run", "red/hello", "-o", format));
    assertMisused(OWN_FAILURE, "exec", message, withManifest("exec", "red", "-o", format, "--", "true"));
  }

  @Test
  void runNamesTheJobsThatAreMeant() {
    assertFails(
        OWN_FAILURE,
        "\"hello\" is one of several jobs: say red/hello or blue/hello",
        withManifest("run", "hello"));
    assertFails(
        OWN_FAILURE, "there is no job \"red/helo\"; did you mean \"red/hello\"?", withManifest("run", "red/helo"));
  }

  @Test
  void aWrongManifestRunsNothing() throws IOException {
    Files.writeString(manifest, HEAD + "name: red\nlimits: {memory: 128 parsecs}\n");
    for (String command : List.of("run", "explain", "exec")) {
      Invoked invoked = withManifest(command, "red", "--", "true");
      invoked = command.equals("explain") ? withManifest(command, "red") : invoked;
      assertEquals(command.equals("explain") ? USAGE : OWN_FAILURE, invoked.code());
      assertTrue(invoked.err().startsWith(manifest + ":4:18: error: limits.memory: "), invoked.err());
      assertTrue(invoked.err().endsWith("\nchroot-lite: 1 error: nothing was done\n"), invoked.err());
    }
  }

  @Test
  void whereNothingIsAppliedThatIsSaid() {
    assertFalse(Files.exists(Path.of("sandbox.yaml")), "the tests must not run where a sandbox.yaml is");
    String jobs = "there is no job \"hello\": there are no scripts";
    assertFails(OWN_FAILURE, jobs, invoke("run", "hello"));
    assertFails(USAGE, jobs, invoke("explain", "hello"));
    assertFails(
        OWN_FAILURE, "there is no sandbox \"red\": there are no sandboxes", invoke("exec", "red", "--", "true"));
    assertFails(OWN_FAILURE, "nothing is applied yet", invoke("run", "--all"));
  }

  @Test
  void execWantsAFileOrACommand() throws IOException {
    assertMisused(OWN_FAILURE, "exec", "say which file to run, or -- and a command", withManifest("exec", "red"));
    assertFails(OWN_FAILURE, "/no/file: no such file", withManifest("exec", "red", "/no/file"));
    assertFails(OWN_FAILURE, directory + " is not a file", withManifest("exec", "red", directory.toString()));
    Path empty = Files.createFile(directory.resolve("empty"));
    assertFails(
        OWN_FAILURE, empty + " is empty: there is nothing to run", withManifest("exec", "red", empty.toString()));
  }

  @Test
  void execNamesTheSandboxThatIsMeant() {
    assertFails(
        OWN_FAILURE,
        "there is no sandbox \"rad\"; did you mean \"red\"?",
        withManifest("exec", "rad", "--", "true"));
    assertFails(
        OWN_FAILURE,
        "there is no sandbox \"something\": there are blue, red",
        withManifest("exec", "something", "--", "true"));
  }

  @Test
  void whatIsToBeExplainedOrUsedMustBeNamed() {
    assertMisused(USAGE, "explain", "say which job to explain", withManifest("explain"));
    String message = "say in which sandbox, and which file to run, or -- and a command";
    assertMisused(OWN_FAILURE, "exec", message, withManifest("exec", "--", "true"));
  }

  @Test
  void explainPrintsStepsAndASummary() {
    Invoked explained = withManifest("explain", "red/hello");
    assertEquals(0, explained.code(), explained.err());
    List<String> lines = explained.out().lines().toList();
    assertTrue(lines.getFirst().startsWith(" outer   1  close descriptors 3 and up  "), lines.getFirst());
    assertTrue(
        lines.getLast().matches("\\d+ steps, \\d+ operations, launcher [0-9.]+ Ki?B, sha256 [0-9a-f]{64}"),
        lines.getLast());
    assertEquals(Integer.toString(lines.size() - 1), lines.getLast().split(" ", -1)[0]);
    Invoked operations = withManifest("explain", "red/hello", "--operations");
    assertTrue(operations.out().lines().count() > 2L * lines.size());
    assertTrue(operations.out().endsWith(lines.getLast() + "\n"));
  }

  @Test
  void explainCannotSteerTheTerminal() {
    Invoked explained = withManifest("explain", "red/odd", "--operations");
    assertEquals(0, explained.code(), explained.err());
    assertEquals(-1, explained.out().indexOf('\u001b'));
    assertTrue(explained.out().contains("execute \"\\x1b[2J\", looked up in PATH"), explained.out());
  }

  @Test
  void aTextThatFitsTheSchemaIsRememberedAndIsCheckedAgainWhenItChanges() throws IOException {
    withManifest("explain", "red/hello");
    Path checked = directory.resolve("home/checked");
    try (Stream<Path> files = Files.list(checked)) {
      assertEquals(1, files.count());
    }
    assertEquals(0, withManifest("explain", "red/hello").code());
    Files.writeString(manifest, Files.readString(manifest) + "labels: [wrong]\n");
    assertEquals(USAGE, withManifest("explain", "red/hello").code());
  }

  @Test
  void validateCountsWhatItFindsAndChangesNothing() throws IOException {
    assertEquals(
        new Invoked(0, "2 sandboxes, no errors, 0 warnings\n", ""), invoke("validate", manifest.toString()));
    assertFalse(Files.exists(directory.resolve("home")));
    Files.writeString(manifest, HEAD + "name: red\nlimits: {memoty: 1MB}\nworkdir: here\n");
    Invoked wrong = invoke("validate", manifest.toString());
    assertEquals(USAGE, wrong.code());
    assertEquals("", wrong.out());
    assertEquals(2, wrong.err().lines().filter(line -> line.contains(": error: ")).count(), wrong.err());
  }

  @Test
  void validateWantsPathsThatExist() {
    assertMisused(USAGE, "validate", "say which manifests to check", invoke("validate"));
    Invoked missing = invoke("validate", "/no/such.yaml");
    assertEquals(USAGE, missing.code());
    assertTrue(missing.err().startsWith("/no/such.yaml: error: "), missing.err());
  }

  @Test
  void theDoctorsFindingsHaveNoNamesAndItExaminesManifestsThatAreValid() throws IOException {
    String message = "findings have no names: they can be told as table, json or yaml";
    assertMisused(USAGE, "doctor", message, invoke("doctor", "-o", "name"));
    Files.writeString(manifest, HEAD + "name: red\nlimits: {memory: 128 parsecs}\n");
    Invoked wrong = invoke("doctor", manifest.toString());
    assertEquals(USAGE, wrong.code());
    assertTrue(wrong.err().endsWith("\nchroot-lite: 1 error: nothing was done\n"), wrong.err());
    assertFalse(Files.exists(directory.resolve("home")));
  }

  @Test
  void initWritesAManifestThatIsValidAndNeverReplacesOne() throws IOException {
    Path file = directory.resolve("new.yaml");
    assertEquals(
        new Invoked(0, "wrote " + file + "; try: chroot-lite run -f " + file + " hello\n", ""),
        invoke("init", file.toString()));
    assertEquals(Bundled.starter(), Files.readString(file));
    assertEquals(new Invoked(0, "1 sandbox, no errors, 0 warnings\n", ""), invoke("validate", file.toString()));
    Files.writeString(file, "mine");
    assertFails(USAGE, file + " exists already, and was left as it is", invoke("init", file.toString()));
    assertEquals("mine", Files.readString(file));
    assertFails(USAGE, "/no/dir/x.yaml: no such file or directory", invoke("init", "/no/dir/x.yaml"));
  }

  @Test
  void initOnlyPrintsOnRequest() {
    assertEquals(new Invoked(0, Bundled.starter(), ""), invoke("init", "--print"));
  }

  @Test
  void aStateDirectoryThatIsNoneIsNamed() throws IOException {
    Files.writeString(directory.resolve("home"), "a file");
    Invoked invoked = withManifest("run", "red/hello");
    assertEquals(OWN_FAILURE, invoked.code());
    assertTrue(invoked.err().startsWith("chroot-lite: cannot use the state directory " + directory), invoked.err());
  }
}
