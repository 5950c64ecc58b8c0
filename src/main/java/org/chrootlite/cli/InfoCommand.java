package org.chrootlite.cli;

import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.audit.Entry;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.Info;
import org.chrootlite.engine.LayerSize;
import org.chrootlite.engine.NoSuchSandboxException;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.manifest.YamlText;
import org.chrootlite.model.Amount;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Damage;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code info}: shows one sandbox in full. */
final class InfoCommand implements Command {
  private static final int UNKNOWN = 1;

  @Override
  public String name() {
    return "info";
  }

  @Override
  public Group group() {
    return Group.LOOKING;
  }

  @Override
  public String summary() {
    return "Show a sandbox: its settings, its state, its last runs";
  }

  @Override
  public String examples() {
    return """
        chroot-lite info hello
        chroot-lite info hello -o json""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addPositional(Options.word("1", "NAME", "The sandbox, by its name"));
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, EngineException, IOException {
    String name = Options.wordOf(parsed, "say which sandbox to show");
    try {
      Info info = Engine.info(context.options().home(), name);
      switch (context.options().format()) {
        case TABLE -> print(info, context);
        case JSON -> context.println(JsonWriter.toJson(fields(info)));
        case YAML -> context.streams().out().print(YamlText.of(fields(info)));
        case NAME -> context.println(info.applied().name());
      }
      return 0;
    } catch (NoSuchSandboxException e) {
      context.complain(String.valueOf(e.getMessage()));
      return UNKNOWN;
    }
  }

  private static void print(Info info, Context context) {
    Applied applied = info.applied();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("name", applied.name());
    facts.put("manifest", Engine.shown(applied.source().manifest()) + ":" + applied.source().line());
    applied.source().revision().ifPresent(revision -> facts.put("revision", revision));
    facts.put("applied", Moment.local(applied.since(), ZoneId.systemDefault()));
    facts.put("state", String.join("; ", state(info)));
    facts.put("disk", disk(info));
    if (!info.running().isEmpty()) {
      facts.put("running", String.join(", ", info.running()));
    }
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      String gap = " ".repeat(width - fact.getKey().length() + 2);
      context.println(Printable.escape(fact.getKey() + gap + fact.getValue()));
    }
    context.println("");
    YamlText.of(SpecView.forPeople(applied.spec())).lines().forEach(line -> context.println(Printable.escape(line)));
    context.println("");
    printRuns(info.runs(), context);
  }

  private static void printRuns(List<Entry> runs, Context context) {
    if (runs.isEmpty()) {
      context.println("no runs yet");
      return;
    }
    HistoryTable table = new HistoryTable(ZoneId.systemDefault());
    runs.forEach(table::add);
    table.lines().forEach(context::println);
  }

  private static String disk(Info info) {
    String launchers = "launchers " + Amount.bytes(info.launchers());
    return info.layer().map(layer -> "layer " + layer.describe() + ", " + launchers).orElse(launchers);
  }

  /** All that is not as it should be, or that all is. */
  private static List<String> state(Info info) {
    List<String> state = new ArrayList<>(info.stale());
    info.template()
        .ifPresent(
            template -> {
              switch (template) {
                case CURRENT -> {}
                case ABSENT -> state.add("its rootfs is not prepared");
                case OUTDATED -> state.add("its rootfs is older than the host's programs");
                case DAMAGED -> state.add("its rootfs is damaged");
              }
            });
    info.found().launchers().forEach((script, damage) -> state.add("launcher of " + script + " " + words(damage)));
    info.found().contents().forEach((script, damage) -> state.add("file of " + script + " " + words(damage)));
    info.found().layer().ifPresent(damage -> state.add("its layer " + words(damage)));
    return state.isEmpty() ? List.of("ready") : state;
  }

  private static String words(Damage damage) {
    return switch (damage) {
      case MISSING -> "is missing";
      case ALTERED -> "was altered";
    };
  }

  private static Map<String, Object> fields(Info info) {
    Applied applied = info.applied();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", applied.name());
    fields.put("manifest", applied.source().manifest().toString());
    fields.put("line", applied.source().line());
    fields.put("revision", applied.source().revision());
    fields.put("since", applied.since().toString());
    fields.put("state", state(info));
    Map<String, Object> disk = new LinkedHashMap<>();
    disk.put("layer", info.layer().map(LayerSize::bytes));
    disk.put("launchers", info.launchers());
    fields.put("disk", disk);
    fields.put("running", info.running());
    fields.put("spec", SpecView.forPrograms(applied.spec()));
    fields.put("runs", info.runs().stream().map(Entry::json).toList());
    return fields;
  }
}
