package org.chrootlite.hostile;

import java.io.IOException;
import java.nio.file.Path;
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
        compile(directory.resolve("hostile"), SCRIPT), compile(directory.resolve("host"), List.of("host")));
  }

  private static Path compile(Path target, List<String> sources) {
    String files = String.join(" ", sources.stream().map(name -> SOURCES.resolve(name + ".c").toString()).toList());
    Command.output("sh", "-c", "exec gcc -O1 -static -Wall -Wextra -Werror -o \"$0\" " + files, target.toString());
    return target;
  }
}
