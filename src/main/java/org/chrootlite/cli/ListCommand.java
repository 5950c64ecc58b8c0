package org.chrootlite.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.engine.Engine;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.manifest.YamlText;
import org.chrootlite.plan.Applied;
import org.chrootlite.spec.SpecSummary;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code list}: shows the sandboxes that are applied. */
final class ListCommand implements Command {
  /** How many characters of scripts' names a row has. */
  private static final int WIDEST = 40;

  @Override
  public String name() {
    return "list";
  }

  @Override
  public Group group() {
    return Group.LOOKING;
  }

  @Override
  public String summary() {
    return "List the sandboxes that are applied";
  }

  @Override
  public String examples() {
    return """
        chroot-lite list
        chroot-lite list -o name
        chroot-lite list -o json""";
  }

  @Override
  public void declare(CommandSpec spec) {}

  @Override
  public int run(ParseResult parsed, Context context) throws IOException {
    List<Applied> sandboxes = Engine.sandboxes(context.options().home());
    switch (context.options().format()) {
      case TABLE -> table(sandboxes, context);
      case JSON -> context.println(JsonWriter.toJson(sandboxes.stream().map(ListCommand::fields).toList()));
      case YAML -> context.streams().out().print(YamlText.of(sandboxes.stream().map(ListCommand::fields).toList()));
      case NAME -> sandboxes.forEach(one -> context.println(one.name()));
    }
    return 0;
  }

  private static void table(List<Applied> sandboxes, Context context) {
    if (sandboxes.isEmpty()) {
      context.complain("there are no sandboxes in " + context.options().home() + "; make some: chroot-lite apply PATH");
      return;
    }
    Table table =
        new Table()
            .column("NAME", Table.Side.LEFT)
            .column("ROOTFS", Table.Side.LEFT)
            .column("WRITES", Table.Side.LEFT)
            .column("NETWORK", Table.Side.LEFT)
            .column("MANIFEST", Table.Side.LEFT)
            .column("SCRIPTS", Table.Side.LEFT);
    for (Applied one : sandboxes) {
      SpecSummary summary = SpecSummary.of(one.spec());
      table.row(
          List.of(
              one.name(),
              summary.rootfs(),
              summary.writes(),
              summary.network(),
              Engine.shown(one.source().manifest()),
              scripts(summary.scripts())));
    }
    table.lines().forEach(context::println);
  }

  /** The first ones, where there are too many for a line. */
  private static String scripts(List<String> names) {
    StringBuilder shown = new StringBuilder(WIDEST);
    for (int i = 0; i < names.size(); i++) {
      if (i > 0 && shown.length() + names.get(i).length() > WIDEST) {
        return shown + ", " + (names.size() - i) + " more";
      }
      shown.append(i == 0 ? "" : ", ").append(names.get(i));
    }
    return shown.toString();
  }

  private static Map<String, Object> fields(Applied one) {
    SpecSummary summary = SpecSummary.of(one.spec());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", one.name());
    fields.put("rootfs", summary.rootfs());
    fields.put("writes", summary.writes());
    fields.put("network", summary.network());
    fields.put("scripts", new ArrayList<>(summary.scripts()));
    fields.put("manifest", one.source().manifest().toString());
    fields.put("line", one.source().line());
    fields.put("revision", one.source().revision());
    fields.put("since", one.since().toString());
    return fields;
  }
}
