package org.chrootlite.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.Verification;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.manifest.YamlText;
import org.chrootlite.probe.Guarantee;
import org.chrootlite.run.Cancellation;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code verify}: tries what a sandbox promises and limits. */
final class VerifyCommand implements Command {
  private static final int BROKEN = 1;

  @Override
  public String name() {
    return "verify";
  }

  @Override
  public Group group() {
    return Group.LOOKING;
  }

  @Override
  public String summary() {
    return "Try in a sandbox whether each promise and limit holds";
  }

  @Override
  public String examples() {
    return """
        chroot-lite verify -f examples/03-limits/sandbox.yaml limits
        chroot-lite verify hello -v
        chroot-lite verify hello -o json""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(RunOptions.file("Apply this manifest, or directory of manifests, first"));
    spec.addPositional(Options.word("1", "SANDBOX", "The sandbox, by its name"));
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, EngineException, IOException {
    String name = Options.wordOf(parsed, "say which sandbox to verify");
    if (context.options().format() == GlobalOptions.Format.NAME) {
      throw CommandException.usage("what verify shows has no names only: say -o json or -o yaml");
    }
    Cancellation cancellation = new Cancellation();
    try (ProgressLine progress = new ProgressLine(context);
        Engine engine = Engine.open(context.options().home(), progress);
        EndOfProcess _ = EndOfProcess.cancels(cancellation, context)) {
      AppliedJobs.applyFirst(engine, RunOptions.paths(parsed), context);
      boolean isTable = context.options().format() == GlobalOptions.Format.TABLE;
      Verification verification = engine.verify(name, cancellation, isTable ? new Lines(context) : Lines.NONE);
      print(verification, context);
      return verification.holds() ? 0 : BROKEN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static void print(Verification verification, Context context) {
    switch (context.options().format()) {
      case TABLE, NAME -> {
        context.println("");
        context.println(GuaranteeText.summary(verification));
      }
      case JSON -> context.println(JsonWriter.toJson(VerificationJson.fields(verification)));
      case YAML -> context.streams().out().print(YamlText.of(VerificationJson.fields(verification)));
    }
  }

  /** Prints each guarantee when it has been tried: limits take seconds. */
  private static final class Lines implements Verification.Listener {
    /** For who prints all of it at the end. */
    static final Verification.Listener NONE =
        new Verification.Listener() {
          @Override
          public void promise(Guarantee guarantee) {}

          @Override
          public void limit(Guarantee guarantee) {}
        };

    private final Context context;
    private final GuaranteeText text;
    private String title = "";

    Lines(Context context) {
      this.context = context;
      this.text = new GuaranteeText(context.colorsOutput(), context.options().verbose());
    }

    @Override
    public void promise(Guarantee guarantee) {
      print("promises", text.promise(guarantee));
    }

    @Override
    public void limit(Guarantee guarantee) {
      print("limits", text.limit(guarantee));
    }

    private void print(String group, String line) {
      if (!title.equals(group)) {
        context.println(title.isEmpty() ? group : "\n" + group);
        title = group;
      }
      context.println(line);
      context.streams().out().flush();
    }
  }
}
