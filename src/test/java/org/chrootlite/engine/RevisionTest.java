package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    for (String setting : List.of("core.fsmonitor", "filter.evil.clean", "filter.evil.process", "core.sshCommand")) {
      git("config", setting, "touch " + marker + "; cat");
    }
    Files.writeString(directory.resolve(".gitattributes"), "* filter=evil\n");
    Files.writeString(manifest, "name: bix\n");
    assertEquals(Optional.of("git:" + commit + " (modified)"), revision());
    assertFalse(Files.exists(marker));
    Command.output("sh", "-c", "git -C " + directory + " status >/dev/null 2>&1 || true");
    assertEquals(true, Files.exists(marker), "git status runs none of them either: the test shows nothing");
  }
}
