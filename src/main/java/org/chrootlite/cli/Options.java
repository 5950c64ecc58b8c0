package org.chrootlite.cli;

import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The kinds of options and parameters that commands have. */
final class Options {
  private Options() {}

  /** An option without a value. */
  static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).arity("0").description(description).build();
  }

  /** An option with a value; with one each time that it is given, where the type is an array's. */
  static OptionSpec value(Class<?> type, String label, String description, String... names) {
    return OptionSpec.builder(names).type(type).arity("1").paramLabel(label).description(description).build();
  }

  /** The only parameter: a word. */
  static PositionalParamSpec word(String arity, String label, String description) {
    return parameter(String.class, arity, label, description).build();
  }

  /** One of several parameters, each a word. */
  static PositionalParamSpec wordAt(int index, String arity, String label, String description) {
    return parameter(String.class, arity, label, description).index(Integer.toString(index)).build();
  }

  /** The only parameter: words. */
  static PositionalParamSpec words(String arity, String label, String description) {
    return parameter(String[].class, arity, label, description).build();
  }

  private static PositionalParamSpec.Builder parameter(Class<?> type, String arity, String label, String description) {
    return PositionalParamSpec.builder().type(type).arity(arity).paramLabel(label).description(description);
  }

  /** The first parameter, which the command cannot do without. */
  static String wordOf(ParseResult parsed, String complaint) throws CommandException {
    String word = parsed.matchedPositionalValue(0, "");
    if (word.isEmpty()) {
      throw CommandException.usage(complaint);
    }
    return word;
  }

  /** All words of a parameter that takes several; there may be none. */
  static List<String> wordsOf(ParseResult parsed) {
    String[] none = {};
    return List.of(parsed.matchedPositionalValue(0, none));
  }
}
