package org.chrootlite.cli;

import picocli.CommandLine.Model.OptionSpec;

/** The kinds of options that commands have. */
final class Options {
  private Options() {}

  /** An option without a value. */
  static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).arity("0").description(description).build();
  }
}
