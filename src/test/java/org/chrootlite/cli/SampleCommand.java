package org.chrootlite.cli;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** A command that runs scripts, as far as the command line is concerned: what it does is the test's to say. */
record SampleCommand(Body body) implements Command {
  /** What happens when it runs. */
  interface Body {
    int run(ParseResult parsed, Context context) throws CommandException, IOException;
  }

  @Override
  public String name() {
    return "sample";
  }

  @Override
  public Group group() {
    return Group.DAILY;
  }

  @Override
  public String summary() {
    return "Do what the test says";
  }

  @Override
  public String examples() {
    return "chroot-lite sample -f x job\nchroot-lite sample job -- -x";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder("-f", "--file").type(String.class).arity("1").paramLabel("PATH").description("F").build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .type(String[].class)
            .arity("0..*")
            .paramLabel("JOB")
            .description("What to run")
            .build());
  }

  @Override
  public boolean takesArguments() {
    return true;
  }

  @Override
  public int failureCode() {
    return OWN_FAILURE;
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, IOException {
    return body.run(parsed, context);
  }
}
