package org.chrootlite.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.manifest.Bundled;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code init}: writes a manifest to start from. */
final class InitCommand implements Command {
  private static final String PRINT = "--print";

  @Override
  public String name() {
    return "init";
  }

  @Override
  public Group group() {
    return Group.WRITING;
  }

  @Override
  public String summary() {
    return "Write a manifest to start from";
  }

  @Override
  public String examples() {
    return """
        chroot-lite init
        chroot-lite init grader.yaml
        chroot-lite init --print""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(Options.flag(PRINT, "Print it, and write no file"));
    spec.addPositional(
        Options.word("0..1", "FILE", "The file to write (default: sandbox.yaml); one that exists is left alone"));
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, IOException {
    if (parsed.hasMatchedOption(PRINT)) {
      context.streams().out().print(Bundled.starter());
      return 0;
    }
    String file = parsed.matchedPositionalValue(0, "sandbox.yaml");
    try {
      Files.writeString(Path.of(file), Bundled.starter(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw CommandException.failure(file + " exists already, and was left as it is");
    }
    context.println(Printable.escape("wrote " + file + "; try: chroot-lite run -f " + file + " hello"));
    return 0;
  }
}
