package org.chrootlite.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.model.Action;
import org.chrootlite.model.Script;

/** What a script executes, as the host has it now. */
final class ScriptFile {
  /** A script is part of its launcher; what is larger belongs into a mount. */
  private static final long LARGEST = 64L << 20;

  private ScriptFile() {}

  /** The text of a script, or the content of its file; empty for a command. */
  static ScriptText of(Script script) throws IOException, EngineException {
    return new ScriptText(
        switch (script.action().value()) {
          case Action.Shell(String text) -> text.getBytes(StandardCharsets.UTF_8);
          case Action.File file -> read(file.path());
          case Action.Command command -> new byte[0];
        });
  }

  /**
   * The content of a script's file.
   *
   * @throws EngineException when it is no file, empty, or larger than 64 MiB
   */
  static byte[] read(Path file) throws IOException, EngineException {
    if (!Files.isRegularFile(file)) {
      throw new EngineException(file + " is not a file that could be run");
    }
    long size = Files.size(file);
    if (size > LARGEST) {
      throw new EngineException(
          "%s has %d bytes, more than the %d that a script may have: mount its directory instead"
              .formatted(file, size, LARGEST));
    }
    if (size == 0) {
      throw new EngineException(file + " is empty: there is nothing to run");
    }
    return Files.readAllBytes(file);
  }
}
