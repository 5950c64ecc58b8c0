package org.chrootlite.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chrootlite.diagnostic.DiagnosticPrinter;
import org.chrootlite.diagnostic.Severity;
import org.chrootlite.engine.Engine;
import org.chrootlite.manifest.Reading;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Manifests as commands take them: read, with all that is wrong said on standard error. */
final class ManifestInput {
  /** How manifests are usually called. */
  private static final List<String> DEFAULTS = List.of("sandbox.yaml", "sandbox.yml");

  private ManifestInput() {}

  /** The parameter that names manifests. */
  static PositionalParamSpec paths() {
    return Options.words("1..*", "PATH", "Manifests, and directories that are searched for *.yaml and *.yml");
  }

  /**
   * What was given for it.
   *
   * @param verb what is to be done with the manifests
   * @throws CommandException when nothing was
   */
  static List<String> pathsOf(ParseResult parsed, String verb) throws CommandException {
    String[] paths = parsed.matchedPositionalValue(0, new String[0]);
    if (paths.length == 0) {
      throw CommandException.usage("say which manifests to " + verb);
    }
    return List.of(paths);
  }

  /**
   * Reads manifests that are to be used.
   *
   * @throws CommandException when any of them is wrong
   */
  static Reading use(Engine engine, List<String> paths, Context context) throws CommandException {
    return accept(engine.read(paths), context);
  }

  /**
   * Says what is wrong with manifests that were read.
   *
   * @throws CommandException when any of them cannot be used
   */
  static Reading accept(Reading reading, Context context) throws CommandException {
    print(reading, context);
    if (reading.hasErrors()) {
      throw CommandException.failure(count(reading, Severity.ERROR, "error") + ": nothing was done");
    }
    return reading;
  }

  /** What a user who has applied nothing may have meant: the manifest that lies here. */
  static String hint() {
    for (String name : DEFAULTS) {
      if (Files.exists(Path.of(name))) {
        return "; there is a " + name + " here: say -f " + name + ", or apply it first";
      }
    }
    return "";
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
