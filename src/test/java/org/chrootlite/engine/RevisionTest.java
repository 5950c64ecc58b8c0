package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.time.Duration;
import java.util.Optional;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisionTest {
  @TempDir Path directory;
  private Path manifest;

  @BeforeEach
  void writeTheManifest() throws IOException {
    manifest = Files.writeString(directory.resolve("sandbox.yaml"), "name: box\n");
  }

  private String git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
    command.addAll(List.of("-c", "user.name=tester", "-c", "user.email=tester@example.org"));
    command.addAll(List.of(arguments));
    return Command.output("", command).strip();
  }

  private String commit() {
    git("init", "-q");
    git("add", "sandbox.yaml");
    git("commit", "-q", "-m", "A manifest");
    return git("rev-parse", "--short", "HEAD");
  }

  private Optional<String> revision() {
    return Revision.of(manifest.toString());
  }

  @Test
  void outsideOfARepositoryThereIsNone() {
    assertEquals(Optional.empty(), revision());
    assertEquals(Optional.empty(), Revision.of(directory.resolve("missing/sandbox.yaml").toString()));
  }

  @Test
  void beforeTheFirstCommitThereIsNone() {
    git("init", "-q");
    assertEquals(Optional.empty(), revision());
  }

  @Test
  void aCommittedManifestIsCleanWhateverElseChanges() throws IOException {
    String commit = commit();
    Files.writeString(directory.resolve("other"), "new");
    assertEquals(Optional.of("git:" + commit + " (clean)"), revision());
  }

  @Test
  void aChangedManifestIsModifiedAlsoWhenStaged() throws IOException {
    String commit = commit();
    Files.writeString(manifest, "name: bix\n");
    assertEquals(Optional.of("git:" + commit + " (modified)"), revision());
    git("add", "sandbox.yaml");
    assertEquals(Optional.of("git:" + commit + " (modified)"), revision());
  }

  @Test
  void aManifestThatGitDoesNotKnowIsModified() throws IOException {
    String commit = commit();
    Path other = Files.writeString(directory.resolve("other.yaml"), "name: other\n");
    assertEquals(Optional.of("git:" + commit + " (modified)"), Revision.of(other.toString()));
  }

  /** A repository may come from anywhere; its settings name programs that git runs on all sorts of occasions. */
  @Test
  void aRepositoryCannotMakeUsRunItsPrograms() throws IOException {
    String commit = commit();
    Path marker = directory.resolve("marker");
    for (String setting :
        List.of(
            "core.fsmonitor",
            "filter.evil.clean",
            "filter.evil.process",
            "diff.evil.textconv",
            "diff.external",
            "core.sshCommand",
            "core.pager",
            "pager.ls-tree",
            "alias.ls-tree",
            "credential.helper")) {
      git("config", setting, "touch " + marker + "; cat");
    }
    Files.writeString(directory.resolve(".gitattributes"), "* filter=evil diff=evil\n");
    Files.writeString(manifest, "name: bix\n");
    assertEquals(Optional.of("git:" + commit + " (modified)"), revision());
    assertFalse(Files.exists(marker));
    Command.output("sh", "-c", "git -C " + directory + " status >/dev/null 2>&1 || true");
    assertTrue(Files.exists(marker), "git status runs none of them either: the test shows nothing");
  }

  /** A file of the repository that was committed as it is. */
  private Path add(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return file;
  }

  private static Map<Path, Optional<String>> all(String revision, Path... files) {
    Map<Path, Optional<String>> all = new LinkedHashMap<>();
    for (Path file : files) {
      all.put(file, Optional.of(revision));
    }
    return all;
  }

  @Test
  void manyAreAskedAboutAtOnceWhateverTheirNamesAre() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name :
        List.of("a b", "line\nend", "tab\t", "\"quoted\"", ":(top)x", "*", "-x", "ä", "a/b/c", "a/.git.yaml", "\\n")) {
      files.add(add(name, "name: box\n"));
    }
    Path unknown = directory.resolve("a/unknown");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-q", "-m", "Manifests");
    Files.writeString(unknown, "name: box\n");
    String commit = git("rev-parse", "--short", "HEAD");
    assertEquals(all("git:" + commit + " (clean)", files.toArray(Path[]::new)), Revision.of(files));
    assertEquals(
        Map.of(unknown, Optional.of("git:" + commit + " (modified)"), Path.of("/"), Optional.empty()),
        Revision.of(List.of(unknown, Path.of("/"))));
    for (Path file : files) {
      Files.writeString(file, "name: bix\n");
    }
    assertEquals(all("git:" + commit + " (modified)", files.toArray(Path[]::new)), Revision.of(files));
  }

  @Test
  void gitIsRunAsOftenForAThousandManifestsAsForOne() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int at = 0; at < 1000; at++) {
      files.add(add("d" + at + "/sandbox.yaml", "name: box" + at + "\n"));
    }
    git("init", "-q");
    git("add", "-A");
    git("commit", "-q", "-m", "Manifests");
    String revision = "git:" + git("rev-parse", "--short", "HEAD") + " (clean)";
    Path log = directory.resolve("log");
    String output = asked("echo >>" + log, files);
    assertEquals((revision + "\n").repeat(1000), output);
    assertEquals(2, Files.readAllLines(log).size());
  }

  /** What {@link Asked} prints where each git that is started runs a line of shell first. */
  private String asked(String first, List<Path> files) throws IOException {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Path git = Files.writeString(bin.resolve("git"), "#!/bin/sh\n" + first + "\nexec $REAL_GIT \"$@\"\n");
    Files.setPosixFilePermissions(git, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command =
        List.of(
            "env",
            "REAL_GIT=" + Command.output("sh", "-c", "command -v git").strip(),
            "PATH=" + bin + ":" + System.getenv("PATH"),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Asked.class.getName());
    return Command.output(String.join("\n", files.stream().map(Path::toString).toList()), command);
  }

  /** Prints the revision of each file that standard input names. */
  static final class Asked {
    private Asked() {}

    public static void main(String[] args) throws IOException {
      List<Path> files = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).lines().map(Path::of).toList();
      Revision.of(files).values().forEach(revision -> System.out.println(revision.orElse("none")));
    }
  }

  @Test
  void aRepositoryInARepositoryAndASubmoduleAnswerForTheirOwn() throws IOException {
    commit();
    Path source = Files.createDirectory(directory.resolve("source"));
    Path inSource = Files.writeString(source.resolve("sandbox.yaml"), "name: inner\n");
    git("-C", "source", "init", "-q");
    git("-C", "source", "add", "-A");
    git("-C", "source", "commit", "-q", "-m", "An inner manifest");
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", source.toString(), "module");
    git("commit", "-q", "-m", "A submodule");
    String inner = git("-C", "source", "rev-parse", "--short", "HEAD");
    String outer = git("rev-parse", "--short", "HEAD");
    Path inModule = directory.resolve("module/sandbox.yaml");
    assertTrue(Files.isRegularFile(directory.resolve("module/.git")));
    Files.writeString(inSource, "name: changed\n");
    assertEquals(
        Map.of(
            manifest, Optional.of("git:" + outer + " (clean)"),
            inModule, Optional.of("git:" + inner + " (clean)"),
            inSource, Optional.of("git:" + inner + " (modified)")),
        Revision.of(List.of(manifest, inModule, inSource)));
  }

  @Test
  void aDirectoryThatOnlyLooksLikeARepositoryIsPassedOver() throws IOException {
    Path file = add("sub/sandbox.yaml", "name: sub\n");
    Files.createDirectory(directory.resolve("sub/.git"));
    git("init", "-q");
    git("--literal-pathspecs", "add", "sandbox.yaml");
    git("commit", "-q", "-m", "A manifest");
    assertEquals(
        Optional.of("git:" + git("rev-parse", "--short", "HEAD") + " (modified)"), Revision.of(file.toString()));
  }

  @Test
  void aRepositoryWithSha256IsUnderstood() throws IOException {
    git("init", "-q", "--object-format=sha256");
    git("add", "-A");
    git("commit", "-q", "-m", "A manifest");
    String commit = git("rev-parse", "--short", "HEAD");
    assertEquals(Optional.of("git:" + commit + " (clean)"), revision());
    Files.writeString(manifest, "name: bix\n");
    assertEquals(Optional.of("git:" + commit + " (modified)"), revision());
  }

  @Test
  void whatIsNoRegularFileIsNotClean() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link.yaml"), Path.of("sandbox.yaml"));
    Path fifo = add("fifo.yaml", "name: fifo\n");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-q", "-m", "Manifests");
    Files.delete(fifo);
    Command.output("mkfifo", fifo.toString());
    String commit = git("rev-parse", "--short", "HEAD");
    assertEquals(all("git:" + commit + " (modified)", link, fifo), Revision.of(List.of(link, fifo)));
  }

  @Test
  void aManifestIsFoundThroughALinkToItsDirectory(@TempDir Path elsewhere) throws IOException {
    String commit = commit();
    Path link = Files.createSymbolicLink(elsewhere.resolve("link"), directory);
    assertEquals(
        Optional.of("git:" + commit + " (clean)"), Revision.of(link.resolve("sandbox.yaml").toString()));
  }

  @Test
  void aBranchThatIsNamedLikeTheCommitDoesNotTakeItsPlace() throws IOException {
    String first = commit();
    git("checkout", "-q", "-b", "other");
    Files.writeString(manifest, "name: bix\n");
    git("commit", "-q", "-a", "-m", "Another manifest");
    String second = git("rev-parse", "--short", "HEAD");
    git("branch", second, first);
    assertEquals(Optional.of("git:" + second + " (clean)"), revision());
  }

  /** Root may read all repositories, and their settings could make root run programs: git refuses, and so do we. */
  @Test
  void aRepositoryOfSomebodyElseIsNotAsked() throws IOException {
    commit();
    assertTrue(revision().isPresent());
    assertEquals("none\n", asked("export GIT_TEST_ASSUME_DIFFERENT_OWNER=1", List.of(manifest)));
  }

  @Test
  void whatAPartialCloneLacksIsNotFetched() throws IOException {
    commit();
    Path marker = directory.resolve("marker");
    Path hostile = directory.resolve("hostile");
    git("config", "uploadpack.allowFilter", "true");
    git("clone", "-q", "--no-checkout", "--filter=tree:0", "file://" + directory, hostile.toString());
    git("-C", hostile.toString(), "config", "remote.origin.url", "ssh://example.invalid/x");
    git("-C", hostile.toString(), "config", "core.sshCommand", "touch " + marker + "; false");
    Path file = Files.writeString(hostile.resolve("sandbox.yaml"), "name: box\n");
    assertEquals(Optional.empty(), Revision.of(file.toString()));
    assertFalse(Files.exists(marker));
    Command.output("sh", "-c", "git -C " + hostile + " ls-tree HEAD >/dev/null 2>&1 || true");
    assertTrue(Files.exists(marker), "git ls-tree fetches nothing either: the test shows nothing");
  }

  @Test
  void aRepositoryThatMakesGitWaitIsNotWaitedFor() throws Exception {
    commit();
    Path head = directory.resolve(".git/HEAD");
    Files.delete(head);
    assertEquals(0, new ProcessBuilder("mkfifo", head.toString()).start().waitFor());
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertEquals(Optional.empty(), revision()));
  }
}
