package org.chrootlite.cli;

import java.io.IOException;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.Outcome;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code cleanup}: removes all sandboxes, and all that runs have left. */
final class CleanupCommand implements Command {
  @Override
  public String name() {
    return "cleanup";
  }

  @Override
  public Group group() {
    return Group.DAILY;
  }

  @Override
  public String summary() {
    return "Remove all sandboxes, all output of runs and all left-overs; the history stays";
  }

  @Override
  public String examples() {
    return """
        chroot-lite cleanup
        chroot-lite cleanup --yes""";
  }

  @Override
  public void declare(CommandSpec spec) {}

  @Override
  public int run(ParseResult parsed, Context context) throws EngineException, IOException {
    try (ProgressLine progress = new ProgressLine(context);
        Engine engine = Engine.open(context.options().home(), progress)) {
      Consent consent = new Consent(context, "removed");
      Outcome outcome = engine.cleanup(consent);
      if (outcome.approved()) {
        context.complain("all output of runs and all that was prepared is removed; the history stays");
      }
      return consent.end(outcome);
    }
  }
}
