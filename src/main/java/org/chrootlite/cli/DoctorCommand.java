package org.chrootlite.cli;

import java.io.IOException;
import java.util.List;
import org.chrootlite.doctor.Examination;
import org.chrootlite.engine.Engine;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.manifest.Reading;
import org.chrootlite.manifest.YamlText;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code doctor}: says what this host can enforce, and what to do about what it cannot. */
final class DoctorCommand implements Command {
  private static final int GAPS = 1;

  @Override
  public String name() {
    return "doctor";
  }

  @Override
  public Group group() {
    return Group.LOOKING;
  }

  @Override
  public String summary() {
    return "Try what this host can enforce, and say how to mend each gap; exits with 1 where there are any";
  }

  @Override
  public String examples() {
    return """
        chroot-lite doctor
        chroot-lite doctor examples/03-limits/sandbox.yaml
        chroot-lite doctor -o json""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addPositional(
        Options.words(
            "0..*",
            "PATH",
            "Manifests, and directories of them: what each of their jobs needs of this host is examined, instead"
                + " of all that the host can do; nothing is applied or run"));
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, IOException {
    List<String> paths = Options.wordsOf(parsed);
    switch (context.options().format()) {
      case TABLE, JSON, YAML -> {}
      case NAME -> throw CommandException.usage("findings have no names: they can be told as table, json or yaml");
    }
    Examination examination;
    try (ProgressLine progress = new ProgressLine(context)) {
      if (paths.isEmpty()) {
        String searchPath = context.environment().getOrDefault("PATH", "");
        examination = Engine.examine(context.options().home(), searchPath, progress);
      } else {
        Reading reading = ManifestInput.accept(Engine.check(paths), context);
        examination = Engine.examine(context.options().home(), reading, progress);
      }
    }
    switch (context.options().format()) {
      case TABLE, NAME -> ExaminationText.lines(examination, context.colorsOutput()).forEach(context::println);
      case JSON -> context.println(JsonWriter.toJson(ExaminationText.tree(examination)));
      case YAML -> context.streams().out().print(YamlText.of(ExaminationText.tree(examination)));
    }
    return examination.gaps() == 0 ? 0 : GAPS;
  }
}
