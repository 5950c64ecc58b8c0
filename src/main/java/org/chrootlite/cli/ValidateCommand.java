package org.chrootlite.cli;

import java.io.IOException;
import org.chrootlite.diagnostic.Severity;
import org.chrootlite.engine.Engine;
import org.chrootlite.manifest.Reading;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code validate}: checks manifests, changes nothing. */
final class ValidateCommand implements Command {
  @Override
  public String name() {
    return "validate";
  }

  @Override
  public Group group() {
    return Group.WRITING;
  }

  @Override
  public String summary() {
    return "Check manifests, and say all that is wrong with them";
  }

  @Override
  public String examples() {
    return """
        chroot-lite validate sandbox.yaml
        chroot-lite validate manifests/ examples/01-hello/sandbox.yaml""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addPositional(ManifestInput.paths());
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, IOException {
    Reading reading = Engine.searchMounts(Engine.check(ManifestInput.pathsOf(parsed, "check")));
    ManifestInput.print(reading, context);
    if (reading.hasErrors()) {
      return USAGE;
    }
    int sandboxes = reading.sandboxes().size();
    String warnings = ManifestInput.count(reading, Severity.WARNING, "warning");
    context.println(sandboxes + (sandboxes == 1 ? " sandbox" : " sandboxes") + ", no errors, " + warnings);
    return 0;
  }
}
