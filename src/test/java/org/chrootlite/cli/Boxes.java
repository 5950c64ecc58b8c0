package org.chrootlite.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A directory with a manifest, a root directory that needs no preparing, and a state directory of its own. */
final class Boxes {
  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\n";

  private final Path directory;

  Boxes(Path directory) throws IOException {
    // As sandboxes name their manifests: free of links.
    this.directory = directory.toRealPath();
    Files.createDirectory(this.directory.resolve("root"));
  }

  Path home() {
    return directory.resolve("home");
  }

  Path manifest() {
    return directory.resolve("sandbox.yaml");
  }

  void file(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  /** Writes the manifest anew. */
  void write(String... documents) throws IOException {
    Files.writeString(manifest(), HEAD + String.join("---\n" + HEAD, documents));
  }

  /** Runs a command with this state directory; {@code MANIFEST} stands for the manifest. */
  Invoked invoke(String command, String... words) {
    List<String> args = new ArrayList<>(List.of(command, "--home=" + home()));
    for (String word : words) {
      args.add(word.equals("MANIFEST") ? manifest().toString() : word);
    }
    return Invoked.of(args.toArray(String[]::new));
  }

  /**
   * Without what is another each time: {@code DIR}, {@code TIME}, {@code SIZE}; and with two spaces between columns,
   * as those of the directory's name count, too.
   */
  String normal(String printed) {
    return printed
        .replace(directory.toString(), "DIR")
        .replaceAll("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z?", "TIME")
        .replaceAll("(layer|launchers) [0-9.]+ [KM]?i?B", "$1 SIZE")
        .replaceAll("\"(layer|launchers)\":\\d+", "\"$1\":\"SIZE\"")
        .replaceAll("(?m)(\\S) {2,}", "$1  ");
  }
}
