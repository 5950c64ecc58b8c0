package org.chrootlite.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The texts of {@code --help} and {@code --version}. */
final class Help {
  private static final int NAME_WIDTH = 12;

  private Help() {}

  /** What chroot-lite can do. */
  static String overview(List<Command> commands) {
    StringBuilder text = new StringBuilder(1024);
    text.append("Usage: chroot-lite [OPTIONS] COMMAND [ARGUMENTS]\n\n")
        .append("Declarative sandboxes for code you don't trust.\n");
    for (Command.Group group : Command.Group.values()) {
      text.append('\n').append(group.title()).append(":\n");
      for (Command command : commands) {
        if (command.group() == group) {
          text.append("  ").append(command.name());
          text.repeat(' ', Math.max(1, NAME_WIDTH - command.name().length()));
          text.append(command.summary()).append('\n');
        }
      }
    }
    CommandSpec global = CommandSpec.create();
    GlobalOptions.declare(global);
    text.append("\nGlobal options, before or after the command:\n")
        .append(new CommandLine.Help(global, plain()).optionListExcludingGroups(global.options()))
        .append("\nMore about one of them: chroot-lite COMMAND --help\n");
    return text.toString();
  }

  /** How one command is used. */
  static String of(Command command, CommandSpec spec) {
    List<OptionSpec> own = new ArrayList<>();
    List<OptionSpec> global = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      (GlobalOptions.isGlobal(option) ? global : own).add(option);
    }
    CommandLine.Help help = new CommandLine.Help(spec, plain());
    StringBuilder text = new StringBuilder(1024);
    text.append("Usage: ").append(help.synopsis("Usage: ".length())).append('\n');
    text.append(command.summary()).append(".\n");
    String parameters = help.parameterList();
    if (!parameters.isEmpty()) {
      text.append('\n').append(parameters);
    }
    if (!own.isEmpty()) {
      text.append("\nOptions:\n").append(help.optionListExcludingGroups(own));
    }
    text.append("\nGlobal options:\n").append(help.optionListExcludingGroups(global));
    text.append("\nExamples:\n");
    command.examples().lines().forEach(line -> text.append("  ").append(line).append('\n'));
    return text.toString();
  }

  /** The version of the jar that this runs from. */
  static String version() {
    String version = Help.class.getPackage().getImplementationVersion();
    return "chroot-lite " + (version == null ? "(not built into a jar)" : version);
  }

  private static CommandLine.Help.ColorScheme plain() {
    return CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF);
  }
}
