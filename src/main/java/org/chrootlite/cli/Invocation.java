package org.chrootlite.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chrootlite.diagnostic.Suggestion;

/**
 * A command line, as far as it can be read without the command's own options.
 *
 * @param words all up to {@code --}, but for the command's name: global options may stand before the name or after it
 * @param rest what follows {@code --}, where the command takes arguments for a script; else it is among the words
 */
record Invocation(Command command, List<String> words, Optional<List<String>> rest) {
  /** A question that needs no command. */
  enum Question {
    HELP,
    VERSION
  }

  /** The question that is asked before any command is named, if one is. */
  static Optional<Question> question(List<String> args) throws CommandException {
    int name = nameIndex(args);
    for (String arg : args.subList(0, name)) {
      if (arg.equals("--version") || arg.equals("-V")) {
        return Optional.of(Question.VERSION);
      }
    }
    boolean help = args.subList(0, name).stream().anyMatch(arg -> arg.equals(GlobalOptions.HELP) || arg.equals("-h"));
    boolean bare = name == args.size() || (args.get(name).equals("help") && name + 1 == args.size());
    return help || bare ? Optional.of(Question.HELP) : Optional.empty();
  }

  /** Reads a command line that names a command; {@code help NAME} is {@code NAME --help}. */
  static Invocation of(List<String> args, List<Command> commands) throws CommandException {
    int index = nameIndex(args);
    boolean help = args.get(index).equals("help");
    if (help) {
      index++;
    }
    Command command = command(args.get(index), commands);
    List<String> words = new ArrayList<>(args.subList(0, help ? index - 1 : index));
    List<String> own = args.subList(index + 1, args.size());
    int dashes = command.takesArguments() ? own.indexOf("--") : -1;
    words.addAll(dashes < 0 ? own : own.subList(0, dashes));
    if (help) {
      words.add(GlobalOptions.HELP);
    }
    return new Invocation(
        command,
        List.copyOf(words),
        dashes < 0 ? Optional.empty() : Optional.of(List.copyOf(own.subList(dashes + 1, own.size()))));
  }

  private static Command command(String name, List<Command> commands) throws CommandException {
    for (Command command : commands) {
      if (command.name().equals(name)) {
        return command;
      }
    }
    String meant =
        Suggestion.closest(name, commands.stream().map(Command::name).toList())
            .map(closest -> "; did you mean \"" + closest + "\"?")
            .orElse("");
    throw CommandException.usage("there is no command \"" + name + "\"" + meant);
  }

  /** Where the command's name is: the first argument that is neither an option nor the value of one. */
  private static int nameIndex(List<String> args) throws CommandException {
    int i = 0;
    while (i < args.size() && args.get(i).startsWith("-")) {
      String option = args.get(i);
      boolean version = option.equals("--version") || option.equals("-V");
      int length = version ? 1 : GlobalOptions.length(option);
      if (length == 0) {
        throw CommandException.usage(
            "\"" + option + "\" is no global option; a command's own options follow the command's name");
      }
      i += length;
    }
    if (i > args.size()) {
      throw CommandException.usage("a value must follow " + args.getLast());
    }
    return i;
  }
}
