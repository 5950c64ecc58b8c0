package org.chrootlite.cli;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.chrootlite.audit.Entry;
import org.chrootlite.audit.Filter;
import org.chrootlite.audit.HistoryReader;
import org.chrootlite.diagnostic.Suggestion;
import org.chrootlite.engine.Trail;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.manifest.YamlText;
import org.chrootlite.model.Verdict;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code history}: prints what was done, the oldest first. */
final class HistoryCommand implements Command {
  private static final String VERDICT = "--verdict";
  private static final String SINCE = "--since";
  private static final String UNTIL = "--until";
  private static final String LAST = "--last";

  /** How many entries are looked at for a name that may be meant. */
  private static final int RECENT = 1000;

  @Override
  public String name() {
    return "history";
  }

  @Override
  public Group group() {
    return Group.LOOKING;
  }

  @Override
  public String summary() {
    return "Print what was run and applied, by whom, and how it went; the newest comes last";
  }

  @Override
  public String examples() {
    return """
        chroot-lite history
        chroot-lite history hello --last 10
        chroot-lite history --verdict memory-limit --verdict wall-time-limit --since 7d
        chroot-lite history --since 2026-11-22T08:15 -o json""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(
        Options.value(String[].class, "V", "Only runs that ended so, such as ok or wall-time-limit", VERDICT));
    spec.addOption(Options.value(String.class, "T", "Only what began then or later: " + Moment.FORMS, SINCE));
    spec.addOption(Options.value(String.class, "T", "Only what began before; a day is meant as a whole", UNTIL));
    spec.addOption(Options.value(int.class, "N", "Only the newest N", LAST));
    spec.addPositional(Options.word("0..1", "JOB", "Only of a sandbox, a script, or sandbox/script"));
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, IOException {
    Optional<String> job = Optional.ofNullable(parsed.matchedPositionalValue(0, null));
    ZoneId zone = ZoneId.systemDefault();
    Moment moment = new Moment(Instant.now(), zone);
    Optional<Instant> since = time(parsed, SINCE, moment);
    Optional<Instant> until = time(parsed, UNTIL, moment);
    if (since.isPresent() && until.isPresent() && !since.get().isBefore(until.get())) {
      throw CommandException.usage("no time is between " + SINCE + " and " + UNTIL);
    }
    Filter filter = new Filter(job, Set.of(), verdicts(parsed), since, until, last(parsed));
    HistoryReader history = Trail.of(context.options().home());
    Count count = new Count();
    long damaged = print(history, filter, zone, count, context);
    context.streams().flush();
    if (count.entries == 0) {
      context.complain(nothing(history, filter));
    }
    if (damaged > 0) {
      context.complain(
          (damaged == 1 ? "1 line of the history is" : damaged + " lines of the history are")
              + " damaged and left out; a process was killed or power failed while it was written");
    }
    return 0;
  }

  /** How many entries were wanted. */
  private static final class Count {
    private long entries;

    Consumer<Entry> before(Consumer<Entry> consumer) {
      return entry -> {
        entries++;
        consumer.accept(entry);
      };
    }
  }

  /** Prints what is wanted, and returns how many lines are damaged. */
  private static long print(HistoryReader history, Filter filter, ZoneId zone, Count count, Context context)
      throws IOException {
    return switch (context.options().format()) {
      case TABLE -> {
        HistoryTable table = new HistoryTable(zone);
        long damaged = history.read(filter, count.before(table::add));
        table.lines().forEach(context::println);
        yield damaged;
      }
      case JSON -> history.read(filter, count.before(entry -> context.println(JsonWriter.toJson(entry.json()))));
      case YAML ->
          history.read(
              filter, count.before(entry -> context.streams().out().print(YamlText.of(List.of(entry.json())))));
      case NAME -> history.read(filter, count.before(entry -> entry.id().ifPresent(context::println)));
    };
  }

  /** Why nothing is printed. */
  private static String nothing(HistoryReader history, Filter filter) throws IOException {
    Set<String> known = new TreeSet<>();
    Filter recent =
        new Filter(
            Optional.empty(), Set.of(), Set.of(), Optional.empty(), Optional.empty(), OptionalInt.of(RECENT));
    history.read(recent, entry -> collectNames(entry, known));
    if (known.isEmpty()) {
      return "nothing was run or applied yet";
    }
    Optional<String> meant =
        filter.job().filter(job -> !known.contains(job)).flatMap(job -> Suggestion.closest(job, known));
    return "nothing in the history is like that" + meant.map(name -> "; did you mean \"" + name + "\"?").orElse("");
  }

  private static void collectNames(Entry entry, Set<String> names) {
    entry.sandbox().ifPresent(names::add);
    entry.script().ifPresent(names::add);
    entry.sandbox().ifPresent(sandbox -> entry.script().ifPresent(script -> names.add(sandbox + "/" + script)));
    names.addAll(entry.names());
    names.addAll(entry.paths());
  }

  private static Set<Verdict> verdicts(ParseResult parsed) throws CommandException {
    Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
    for (String id : parsed.matchedOptionValue(VERDICT, new String[0])) {
      verdicts.add(verdict(id));
    }
    return verdicts;
  }

  private static Verdict verdict(String id) throws CommandException {
    for (Verdict verdict : Verdict.values()) {
      if (verdict.id().equals(id)) {
        return verdict;
      }
    }
    List<String> ids = Arrays.stream(Verdict.values()).map(Verdict::id).toList();
    String meant =
        Suggestion.closest(id, ids)
            .map(closest -> "did you mean \"" + closest + "\"?")
            .orElse("there are " + String.join(", ", ids));
    throw CommandException.usage(VERDICT + ": there is no verdict \"" + id + "\"; " + meant);
  }

  private static Optional<Instant> time(ParseResult parsed, String option, Moment moment) throws CommandException {
    @Nullable String text = parsed.matchedOptionValue(option, null);
    if (text == null) {
      return Optional.empty();
    }
    Optional<Instant> time = moment.read(text, option.equals(UNTIL));
    if (time.isEmpty()) {
      throw CommandException.usage(option + ": \"" + text + "\" is not a time, such as " + Moment.FORMS);
    }
    return time;
  }

  private static OptionalInt last(ParseResult parsed) throws CommandException {
    if (!parsed.hasMatchedOption(LAST)) {
      return OptionalInt.empty();
    }
    int last = parsed.matchedOptionValue(LAST, 0);
    if (last < 1) {
      throw CommandException.usage(LAST + ": " + last + " is not a number from 1");
    }
    return OptionalInt.of(last);
  }
}
