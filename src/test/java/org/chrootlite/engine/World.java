package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chrootlite.manifest.Reading;

/** A directory with a manifest, a root directory that needs no preparing, and a state directory of its own. */
final class World {
  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\n";

  private final Path directory;

  World(Path directory) throws IOException {
    // As sandboxes name their manifests: free of links.
    this.directory = directory.toRealPath();
    Files.createDirectory(this.directory.resolve("root"));
  }

  Path manifest() {
    return directory.resolve("sandbox.yaml");
  }

  Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  /** Writes the manifest anew; each document begins with its name. */
  void write(String... documents) throws IOException {
    StringBuilder text = new StringBuilder(200);
    for (String document : documents) {
      text.append(text.isEmpty() ? "" : "---\n").append(HEAD).append("rootfs: {directory: root}\n").append(document);
    }
    Files.writeString(manifest(), text);
  }

  Engine engine() throws IOException {
    return Engine.open(directory.resolve("home"), Watcher.NONE);
  }

  Catalogue catalogue() throws IOException {
    return new Catalogue(Workshop.open(directory.resolve("home"), Watcher.NONE).state().sandboxes());
  }

  /** Writes a manifest and applies it. */
  void apply(String... documents) throws IOException, EngineException {
    write(documents);
    List<String> paths = List.of(manifest().toString());
    try (Engine engine = engine()) {
      Reading reading = engine.read(paths);
      if (reading.hasErrors()) {
        throw new AssertionError(reading.diagnostics().toString());
      }
      if (!engine.apply(reading, Engine.scope(paths, true), (plan, layers) -> true).approved()) {
        throw new AssertionError("not applied");
      }
    }
  }
}
