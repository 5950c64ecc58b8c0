package org.chrootlite.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.Collectors;
import org.chrootlite.engine.Approval;
import org.chrootlite.engine.LayerSize;
import org.chrootlite.engine.Outcome;
import org.chrootlite.plan.Plan;

/** Shows a plan before it is carried out, and asks where it deletes what was kept. */
final class Consent implements Approval {
  private final Context context;
  private final String done;
  private final PlanPrinter printer;

  /**
   * Consent of whoever calls this command.
   *
   * @param done what is not the case where it is refused, such as {@code applied}
   */
  Consent(Context context, String done) {
    this(context, done, new PlanPrinter(context));
  }

  private Consent(Context context, String done, PlanPrinter printer) {
    this.context = context;
    this.done = done;
    this.printer = printer;
  }

  /** Consent to what is applied before a run: what is printed to standard output is the script's. */
  static Consent beforeRun(Context context) {
    return new Consent(context, "applied, and nothing was run", PlanPrinter.toError(context));
  }

  @Override
  public boolean approves(Plan plan, Map<String, LayerSize> layers) {
    printer.print(plan, layers);
    if (layers.isEmpty() || context.options().yes()) {
      return true;
    }
    String lost =
        layers.entrySet().stream()
            .map(entry -> entry.getKey() + " (" + entry.getValue().describe() + ")")
            .collect(Collectors.joining(", "));
    if (!Question.canBeAsked(context)) {
      context.complain(
          "this would delete what these sandboxes have kept: %s; say --yes to do that. Nothing was %s"
              .formatted(lost, done));
      return false;
    }
    try {
      boolean yes = Question.isAnsweredYes("Delete what these sandboxes have kept: " + lost + "?", context);
      if (!yes) {
        context.complain("nothing was " + done);
      }
      return yes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The exit code of a command that asked. */
  int end(Outcome outcome) {
    if (!outcome.plan().conflicts().isEmpty()) {
      printer.print(outcome.plan(), outcome.layers());
      context.complain("nothing was " + done);
      return Command.USAGE;
    }
    return outcome.approved() ? 0 : Command.USAGE;
  }
}
