package org.chrootlite.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.audit.Entry;
import org.chrootlite.audit.Filter;
import org.chrootlite.audit.HistoryReader;
import org.chrootlite.audit.KeptStream;
import org.chrootlite.engine.Trail;
import org.chrootlite.json.JsonWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code logs}: prints what a run has printed. */
final class LogsCommand implements Command {
  private static final String STDOUT = "--stdout";
  private static final String STDERR = "--stderr";
  private static final String LAST = "last";

  /** So many runs are named where one of them may be meant. */
  private static final int NAMED = 5;

  @Override
  public String name() {
    return "logs";
  }

  @Override
  public Group group() {
    return Group.LOOKING;
  }

  @Override
  public String summary() {
    return "Print what a run has printed, each stream to the one of its name";
  }

  @Override
  public String examples() {
    return """
        chroot-lite logs last
        chroot-lite logs 20261122T081500Z-4f7c1e --stdout > result.txt
        chroot-lite logs 4f7c1e -o json""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(Options.flag(STDOUT, "Only its standard output"));
    spec.addOption(Options.flag(STDERR, "Only its standard error"));
    spec.addPositional(Options.word("1", "RUN", "A run's id, a part of it that no other has, or \"last\""));
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, IOException {
    String name = Options.wordOf(parsed, "say which run: its id, which history shows, or \"last\"");
    switch (context.options().format()) {
      case TABLE, JSON -> {}
      case YAML, NAME ->
          throw CommandException.usage("what a run printed can be told as json only, or is passed through");
    }
    Path home = context.options().home();
    Entry run = find(name, Trail.of(home));
    boolean out = parsed.hasMatchedOption(STDOUT);
    boolean err = parsed.hasMatchedOption(STDERR);
    Map<KeptStream.Name, KeptStream> streams = new EnumMap<>(KeptStream.Name.class);
    if (out || !err) {
      streams.put(KeptStream.Name.STDOUT, KeptStream.find(home, run, KeptStream.Name.STDOUT));
    }
    if (err || !out) {
      streams.put(KeptStream.Name.STDERR, KeptStream.find(home, run, KeptStream.Name.STDERR));
    }
    if (context.options().format() == GlobalOptions.Format.JSON) {
      context.println(json(run, streams));
    } else {
      print(run, streams, context);
    }
    context.streams().flush();
    if (run.truncated()) {
      context.complain(called(run) + " printed more than was kept");
    }
    for (KeptStream.Name each : streams.keySet()) {
      run.text(each.id() + "Problem").ifPresent(problem -> context.complain("its " + each.id() + ": " + problem));
    }
    if (streams.values().stream().anyMatch(KeptStream.Gone.class::isInstance)) {
      throw CommandException.failure(
          "what " + called(run) + " printed is not kept any more: only that of the newest runs is");
    }
    return 0;
  }

  private static String called(Entry run) {
    return "run " + run.id().orElse("?");
  }

  private static Entry find(String name, HistoryReader history) throws CommandException, IOException {
    if (name.equals(LAST)) {
      List<Entry> last = new ArrayList<>();
      history.read(Filter.last(Entry.RUN, 1), last::add);
      if (last.isEmpty()) {
        throw CommandException.failure("nothing was run yet");
      }
      return last.getFirst();
    }
    List<Entry> found = history.runs(name, NAMED);
    if (found.isEmpty()) {
      throw CommandException.failure("there is no run \"" + name + "\"; chroot-lite history shows their ids");
    }
    if (found.size() > 1) {
      List<String> ids = found.stream().map(run -> run.id().orElse("?")).toList();
      throw CommandException.failure(
          "\"" + name + "\" is in the ids of several runs, such as " + String.join(", ", ids) + "; say more of it");
    }
    return found.getFirst();
  }

  private static void print(Entry run, Map<KeptStream.Name, KeptStream> streams, Context context) throws IOException {
    List<String> empty = new ArrayList<>();
    for (Map.Entry<KeptStream.Name, KeptStream> each : streams.entrySet()) {
      switch (each.getValue()) {
        case KeptStream.InFile file -> copy(file, each.getKey(), context);
        case KeptStream.Empty _ -> empty.add(each.getKey().id());
        case KeptStream.Gone _ -> {}
      }
    }
    if (empty.size() == streams.size()) {
      context.complain(called(run) + " printed nothing" + (empty.size() == 1 ? " to its " + empty.getFirst() : ""));
    }
  }

  private static void copy(KeptStream.InFile file, KeptStream.Name name, Context context) throws IOException {
    Streams streams = context.streams();
    OutputStream to =
        switch (name) {
          case STDOUT -> streams.out();
          case STDERR -> streams.err();
        };
    boolean terminal =
        switch (name) {
          case STDOUT -> streams.terminal().output();
          case STDERR -> streams.terminal().error();
        };
    try (InputStream from = file.open()) {
      if (terminal) {
        try (VisibleOutput visible = new VisibleOutput(to)) {
          from.transferTo(visible);
        }
      } else {
        from.transferTo(to);
        to.flush();
      }
    }
  }

  private static String json(Entry run, Map<KeptStream.Name, KeptStream> streams) throws IOException {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    for (String key : List.of("run", "sandbox", "script", "verdict")) {
      json.put(key, run.json().get(key));
    }
    for (Map.Entry<KeptStream.Name, KeptStream> each : streams.entrySet()) {
      String key = each.getKey().id();
      switch (each.getValue()) {
        case KeptStream.InFile file -> {
          try (InputStream from = file.open()) {
            ResultJson.putStream(json, key, from.readAllBytes());
          }
        }
        case KeptStream.Empty _ -> json.put(key, "");
        case KeptStream.Gone _ -> json.put(key, null);
      }
    }
    json.put("truncated", run.truncated());
    return JsonWriter.toJson(json);
  }
}
