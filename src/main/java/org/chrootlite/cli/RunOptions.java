package org.chrootlite.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that the commands share which run something. */
final class RunOptions {
  private static final String FILE = "-f";
  private static final String DEGRADED = "--allow-degraded";

  private static final String NO_INPUT = "--no-stdin";

  private RunOptions() {}

  static void declare(CommandSpec spec) {
    spec.addOption(file("Apply this manifest, or directory of manifests, first; only what it lists is meant"));
    spec.addOption(Options.flag(DEGRADED, "Run even where this host cannot enforce all limits, and report which"));
    spec.addOption(Options.flag(NO_INPUT, "Give scripts an empty input instead of this command's own"));
  }

  /** Where the manifests are, and what becomes of them. */
  static OptionSpec file(String description) {
    return Options.value(String[].class, "PATH", description, FILE, "--file");
  }

  /** Refuses what a run's result cannot be printed as, rather than ignore it. */
  static void checkFormat(Context context) throws CommandException {
    switch (context.options().format()) {
      case TABLE, JSON -> {}
      case YAML, NAME -> throw CommandException.usage("a run can be told as json only, or passes its streams through");
    }
  }

  /** Whether the script of a single run reads this command's own input. */
  static boolean passesInput(ParseResult parsed) {
    return !parsed.hasMatchedOption(NO_INPUT);
  }

  static boolean degraded(ParseResult parsed) {
    return parsed.hasMatchedOption(DEGRADED);
  }

  static List<String> paths(ParseResult parsed) {
    String[] none = {};
    return List.of(parsed.matchedOptionValue(FILE, none));
  }
}
