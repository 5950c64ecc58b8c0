package org.chrootlite.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chrootlite.diagnostic.DiagnosticPrinter;
import org.chrootlite.diagnostic.Severity;
import org.chrootlite.engine.Engine;
import org.chrootlite.manifest.Reading;

/** Manifests as commands take them: read, with all that is wrong said on standard error. */
final class ManifestInput {
  /** What is meant where nothing is said. */
  private static final List<String> DEFAULTS = List.of("sandbox.yaml", "sandbox.yml");

  private ManifestInput() {}

  /**
   * Reads manifests that are to be used.
   *
   * @throws CommandException when any of them is wrong
   */
  static Reading use(Engine engine, List<String> paths, Context context) throws CommandException {
    Reading reading = engine.read(paths);
    print(reading, context);
    if (reading.hasErrors()) {
      throw CommandException.failure(count(reading, Severity.ERROR, "error") + ": nothing was run");
    }
    return reading;
  }

  /**
   * The manifest that an option names, or the one of the current directory.
   *
   * @throws CommandException when neither exists
   */
  static List<String> pathOrDefault(List<String> paths) throws CommandException {
    if (!paths.isEmpty()) {
      return paths;
    }
    for (String name : DEFAULTS) {
      if (Files.exists(Path.of(name))) {
        return List.of(name);
      }
    }
    throw CommandException.usage("there is no sandbox.yaml here: say where the manifest is, with -f PATH");
  }

  /** Says what is wrong, in the sources' own lines where a person reads it. */
  static void print(Reading reading, Context context) {
    boolean forPeople = context.streams().terminal().error();
    DiagnosticPrinter printer = new DiagnosticPrinter(reading.sources(), forPeople, context.colorsError());
    context.streams().err().print(printer.print(reading.diagnostics()));
  }

  static String count(Reading reading, Severity severity, String noun) {
    long count = reading.diagnostics().stream().filter(one -> one.severity() == severity).count();
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
