package org.chrootlite.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.NoSuchSandboxException;
import org.chrootlite.engine.Outcome;
import org.chrootlite.plan.Action;
import org.chrootlite.plan.Plan;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code delete}: removes sandboxes by name. */
final class DeleteCommand implements Command {
  private static final int UNKNOWN = 1;

  @Override
  public String name() {
    return "delete";
  }

  @Override
  public Group group() {
    return Group.DAILY;
  }

  @Override
  public String summary() {
    return "Delete sandboxes, and what they have kept";
  }

  @Override
  public String examples() {
    return """
        chroot-lite delete hello
        chroot-lite delete --yes build grader""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addPositional(
        Options.words(
            "1..*", "NAME", "Sandboxes, by their names; where they have kept something, you are asked first"));
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, EngineException, IOException {
    List<String> names = Options.wordsOf(parsed);
    if (names.isEmpty()) {
      throw CommandException.usage("say which sandboxes to delete");
    }
    try (ProgressLine progress = new ProgressLine(context);
        Engine engine = Engine.open(context.options().home(), progress)) {
      Consent consent = new Consent(context, "deleted");
      Outcome outcome = engine.delete(names.stream().distinct().toList(), consent);
      if (outcome.approved()) {
        tellOfManifests(outcome.plan(), context);
      }
      return consent.end(outcome);
    } catch (NoSuchSandboxException e) {
      context.complain(e.getMessage() + "; nothing was deleted");
      return UNKNOWN;
    }
  }

  /** What still lists a deleted sandbox would bring it back. */
  private static void tellOfManifests(Plan plan, Context context) {
    SortedSet<Path> manifests = new TreeSet<>();
    for (Action action : plan.actions()) {
      if (action instanceof Action.Delete(var applied, var cause) && Files.exists(applied.source().manifest())) {
        manifests.add(applied.source().manifest());
      }
    }
    for (Path manifest : manifests) {
      context.complain(Engine.shown(manifest) + " is still there, and applying it makes what it lists again");
    }
  }
}
