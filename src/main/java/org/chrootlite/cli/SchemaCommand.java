package org.chrootlite.cli;

import java.io.IOException;
import java.io.InputStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code schema}: prints the JSON Schema of manifests. */
final class SchemaCommand implements Command {
  private static final String RESOURCE = "/schemas/sandbox-v1.schema.json";

  @Override
  public String name() {
    return "schema";
  }

  @Override
  public Group group() {
    return Group.WRITING;
  }

  @Override
  public String summary() {
    return "Print the JSON Schema of manifests, for editors and other tools";
  }

  @Override
  public String examples() {
    return "chroot-lite schema > sandbox-v1.schema.json";
  }

  @Override
  public void declare(CommandSpec spec) {
    // It has the global options only.
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, IOException {
    try (InputStream schema = SchemaCommand.class.getResourceAsStream(RESOURCE)) {
      if (schema == null) {
        throw CommandException.failure("this build lacks " + RESOURCE);
      }
      schema.transferTo(context.streams().out());
    }
    return 0;
  }
}
