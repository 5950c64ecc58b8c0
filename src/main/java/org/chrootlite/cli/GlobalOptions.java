package org.chrootlite.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.engine.Engine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options that every command has.
 *
 * @param home the state directory, absolute; it may not exist yet
 * @param yes whether every question is answered with yes
 * @param verbose whether how each run went, and the libraries' log, goes to standard error
 */
record GlobalOptions(Path home, Format format, boolean yes, ColorMode color, boolean verbose) {
  /** How a list is printed. */
  enum Format {
    TABLE,
    JSON,
    YAML,
    NAME
  }

  /** When output is coloured. */
  enum ColorMode {
    AUTO,
    ALWAYS,
    NEVER
  }

  private static final String HOME = "--home";
  private static final String OUTPUT = "--output";
  private static final String YES = "--yes";
  private static final String COLOR = "--color";
  private static final String VERBOSE = "--verbose";
  static final String HELP = "--help";
  private static final String FORMATS = "table|json|yaml|name";
  private static final String COLORS = "auto|always|never";

  /** Adds the options to a command, but for those whose name it uses for something else. */
  static void declare(CommandSpec spec) {
    add(spec, option("-h", HELP).usageHelp(true).description("Show this help"));
    add(spec, text("DIR", HOME).description("Where sandboxes and runs are kept (or set CHROOT_LITE_HOME)"));
    add(spec, text(FORMATS, "-o", OUTPUT).description("How to print lists and results"));
    add(spec, option(YES).description("Answer every question with yes, such as whether to delete what was kept"));
    add(spec, text(COLORS, COLOR).description("When to use colours (default: on a terminal)"));
    add(spec, option("-v", VERBOSE).description("Tell more: how each run went, and the log of the libraries"));
  }

  private static OptionSpec.Builder option(String... names) {
    return OptionSpec.builder(names).type(boolean.class).arity("0");
  }

  private static OptionSpec.Builder text(String label, String... names) {
    return OptionSpec.builder(names).type(String.class).arity("1").paramLabel(label);
  }

  private static void add(CommandSpec spec, OptionSpec.Builder builder) {
    List<String> free = new ArrayList<>();
    for (String name : builder.names()) {
      if (spec.findOption(name) == null) {
        free.add(name);
      }
    }
    if (!free.isEmpty()) {
      spec.addOption(builder.names(free.toArray(String[]::new)).build());
    }
  }

  /** Whether a name is the global option's, or the command has taken it. */
  static boolean isGlobal(OptionSpec option) {
    return switch (option.longestName()) {
      case HELP, HOME, OUTPUT, YES, COLOR, VERBOSE -> true;
      default -> false;
    };
  }

  /** How many arguments an option of {@link #declare} takes up, itself included; 0 where it is not one of them. */
  static int length(String argument) {
    return switch (argument) {
      case HOME, "-o", OUTPUT, COLOR -> 2;
      case "-h", HELP, YES, "-v", VERBOSE -> 1;
      default ->
          argument.startsWith(HOME + "=")
                  || argument.startsWith(OUTPUT + "=")
                  || argument.startsWith(COLOR + "=")
                  || argument.startsWith("-o")
              ? 1
              : 0;
    };
  }

  /** Reads the options off a parsed command line. */
  static GlobalOptions of(ParseResult parsed, Map<String, String> environment) throws CommandException, IOException {
    return new GlobalOptions(
        home(value(parsed, HOME), environment),
        choice(Format.values(), OUTPUT, value(parsed, OUTPUT), FORMATS),
        parsed.hasMatchedOption(YES),
        choice(ColorMode.values(), COLOR, value(parsed, COLOR), COLORS),
        parsed.hasMatchedOption(VERBOSE));
  }

  private static @Nullable String value(ParseResult parsed, String name) {
    return parsed.matchedOptionValue(name, null);
  }

  private static <E extends Enum<E>> E choice(E[] all, String option, @Nullable String value, String names)
      throws CommandException {
    if (value == null) {
      return all[0];
    }
    for (E one : all) {
      if (one.name().equalsIgnoreCase(value)) {
        return one;
      }
    }
    throw CommandException.usage(option + ": \"" + value + "\" is not one of " + names);
  }

  private static Path home(@Nullable String option, Map<String, String> environment)
      throws CommandException, IOException {
    if (option != null && option.isEmpty()) {
      throw CommandException.usage("--home: the directory's name is empty");
    }
    return Engine.home(Optional.ofNullable(option).map(Path::of), environment);
  }
}
