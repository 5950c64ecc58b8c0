package org.chrootlite.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which revision of its repository a manifest is. */
public final class Revision {
  private static final Set<String> OF_A_REPOSITORY =
      Set.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE");

  private Revision() {}

  /**
   * Asks git.
   *
   * @return such as {@code git:1a2b3c4 (clean)} or {@code git:1a2b3c4 (modified)}; empty where the manifest is in no
   *     repository, the repository has no commit or is somebody else's, or there is no git
   */
  public static Optional<String> of(String manifest) {
    Path file = Path.of(manifest).toAbsolutePath();
    Path directory = file.getParent();
    if (directory == null) {
      return Optional.empty();
    }
    try {
      Optional<String> commit = git(directory, "rev-parse", "--short", "HEAD");
      if (commit.isEmpty()) {
        return Optional.empty();
      }
      // Not git status: it would run the clean filters that a repository's settings name.
      Optional<String> committed = git(directory, "rev-parse", "HEAD:./" + file.getFileName());
      Optional<String> now = git(directory, "hash-object", "--no-filters", "--", file.toString());
      boolean clean = now.isPresent() && committed.equals(now);
      return Optional.of("git:" + commit.get() + (clean ? " (clean)" : " (modified)"));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The output of git; empty when it fails. A repository's own settings must not make it run other programs. */
  private static Optional<String> git(Path directory, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    // Of a git that has called us, as one of its hooks; its repository need not be the manifest's.
    builder.environment().keySet().removeAll(OF_A_REPOSITORY);
    builder.environment().put("GIT_NO_LAZY_FETCH", "1");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
  }
}
