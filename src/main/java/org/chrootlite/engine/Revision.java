package org.chrootlite.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which revision of its repository a manifest is. */
public final class Revision {
  private Revision() {}

  /**
   * Asks git.
   *
   * @return such as {@code git:1a2b3c4 (clean)} or {@code git:1a2b3c4 (modified)}; empty where the manifest is in no
   *     repository, or there is no git
   */
  public static Optional<String> of(String manifest) {
    Path file = Path.of(manifest).toAbsolutePath();
    Path directory = file.getParent();
    if (directory == null) {
      return Optional.empty();
    }
    try {
      Optional<String> commit = git(directory, "rev-parse", "--short", "HEAD");
      if (commit.isEmpty() || commit.get().isEmpty()) {
        return Optional.empty();
      }
      Optional<String> changes = git(directory, "status", "--porcelain", "--", file.toString());
      return changes.map(text -> "git:" + commit.get() + (text.isEmpty() ? " (clean)" : " (modified)"));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The output of git; empty when it fails. A repository's own settings must not make it run other programs. */
  private static Optional<String> git(Path directory, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
  }
}
