package org.chrootlite.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.testing.Command;

/**
 * The two programs of {@code src/test/c/hostile}, which need nothing of ours.
 *
 * @param script attacks, from inside
 * @param host plays the host, and watches from outside
 */
public record Programs(Path script, Path host) {
  private static final Path SOURCES = Path.of("src/test/c/hostile");
  private static final List<String> SCRIPT = List.of("main", "files", "sights", "powers", "init", "gifts", "limits");

  /** Compiles both into a directory. */
  public static Programs compile(Path directory) throws IOException {
    return new Programs(
        compile(directory.resolve("hostile"), SCRIPT), compile(directory.resolve("host"), List.of("host", "caller")));
  }

  /**
   * Runs a command that confines the script, in the presence of the host program.
   *
   * @param options of the host program
   * @param facts for the script, lines of a key and a value
   * @return all that both printed
   */
  public String run(Path directory, List<String> options, List<String> command, String facts)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(host.toString()));
    all.addAll(options);
    all.add("host-secret");
    all.addAll(command);
    Process process =
        new ProcessBuilder(all)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (OutputStream input = process.getOutputStream()) {
      input.write(facts.getBytes(StandardCharsets.UTF_8));
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    if (exit != 0) {
      throw new AssertionError("the host program ended with " + exit + ": " + text);
    }
    return text;
  }

  private static Path compile(Path target, List<String> sources) {
    String files = String.join(" ", sources.stream().map(name -> SOURCES.resolve(name + ".c").toString()).toList());
    Command.output("sh", "-c", "exec gcc -O1 -static -Wall -Wextra -Werror -o \"$0\" " + files, target.toString());
    return target;
  }
}
