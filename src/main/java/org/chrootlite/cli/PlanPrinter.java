package org.chrootlite.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.diagnostic.Style;
import org.chrootlite.engine.LayerSize;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.manifest.YamlText;
import org.chrootlite.plan.Action;
import org.chrootlite.plan.Plan;
import org.chrootlite.plan.PlanJson;
import org.chrootlite.plan.PlanText;

/** Prints plans. */
final class PlanPrinter {
  private final PrintStream to;
  private final GlobalOptions.Format format;
  private final boolean colors;

  /** Prints to standard output, in the format that is asked for. */
  PlanPrinter(Context context) {
    this(context.streams().out(), context.options().format(), context.colorsOutput());
  }

  private PlanPrinter(PrintStream to, GlobalOptions.Format format, boolean colors) {
    this.to = to;
    this.format = format;
    this.colors = colors;
  }

  /** Prints to standard error, as people read it. */
  static PlanPrinter toError(Context context) {
    return new PlanPrinter(context.streams().err(), GlobalOptions.Format.TABLE, context.colorsError());
  }

  /** Prints a plan, and how large the layers are that it deletes. */
  void print(Plan plan, Map<String, LayerSize> layers) {
    switch (format) {
      case TABLE -> text(plan, layers);
      case JSON -> to.println(JsonWriter.toJson(tree(plan, layers)));
      case YAML -> to.print(YamlText.of(tree(plan, layers)));
      case NAME -> names(plan).forEach(to::println);
    }
    to.flush();
  }

  private void text(Plan plan, Map<String, LayerSize> layers) {
    Map<String, String> sizes = new LinkedHashMap<>();
    layers.forEach((name, size) -> sizes.put(name, size.describe()));
    for (PlanText.Line line : PlanText.lines(plan, Path.of("").toAbsolutePath(), sizes)) {
      Style style = colors ? style(line.kind()) : Style.PLAIN;
      to.println(style.paint(Printable.escape(line.text())));
    }
  }

  private static Map<String, Object> tree(Plan plan, Map<String, LayerSize> layers) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    layers.forEach((name, size) -> sizes.put(name, size.bytes()));
    return PlanJson.tree(plan, sizes);
  }

  private static List<String> names(Plan plan) {
    return plan.actions().stream()
        .map(
            action ->
                switch (action) {
                  case Action.PrepareRootfs prepare -> "rootfs/" + prepare.template();
                  case Action.Create create -> create.desired().name();
                  case Action.Update update -> update.desired().name();
                  case Action.Delete delete -> delete.applied().name();
                })
        .toList();
  }

  private static Style style(PlanText.Kind kind) {
    return switch (kind) {
      case CREATE -> Style.GREEN;
      case UPDATE -> Style.YELLOW;
      case DELETE, CONFLICT -> Style.RED;
      case DETAIL, SUMMARY -> Style.PLAIN;
    };
  }
}
