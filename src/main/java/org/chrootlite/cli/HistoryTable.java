package org.chrootlite.cli;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.chrootlite.audit.Entry;
import org.chrootlite.model.Amount;

/** The history for people: a row an entry. */
final class HistoryTable {
  private static final double SECOND = 1e9;

  /** So many paths or names are shown of one entry. */
  private static final int SUBJECTS = 4;

  private final Table table =
      new Table()
          .column("TIME", Table.Side.LEFT)
          .column("ID", Table.Side.LEFT)
          .column("WHAT", Table.Side.LEFT)
          .column("RESULT", Table.Side.LEFT)
          .column("WALL TIME", Table.Side.RIGHT)
          .column("MEMORY", Table.Side.RIGHT)
          .column("USER", Table.Side.LEFT);

  private final ZoneId zone;

  /** Times are shown as they are in a zone. */
  HistoryTable(ZoneId zone) {
    this.zone = zone;
  }

  void add(Entry entry) {
    table.row(
        List.of(
            entry.time().map(time -> Moment.local(time, zone)).orElse(""),
            entry.id().orElse(""),
            what(entry),
            (entry.isRun() ? entry.verdict() : entry.outcome()).orElse(""),
            entry.isRun() ? wallTime(entry.wallTime()) : "",
            entry.isRun() ? memory(entry.maxMemory()) : "",
            entry.user().orElse("")));
  }

  /** The titles and the rows; nothing where there is no row. */
  List<String> lines() {
    return table.isEmpty() ? List.of() : table.lines();
  }

  private static String what(Entry entry) {
    if (entry.isRun()) {
      return entry.sandbox().orElse("?") + "/" + entry.script().orElse("?");
    }
    List<String> words = new ArrayList<>();
    entry.type().ifPresent(words::add);
    List<String> subjects = new ArrayList<>(entry.paths());
    subjects.addAll(entry.names());
    boolean many = subjects.size() > SUBJECTS;
    words.addAll(many ? subjects.subList(0, SUBJECTS - 1) : subjects);
    return String.join(" ", words) + (many ? " and " + (subjects.size() - SUBJECTS + 1) + " more" : "");
  }

  private static String wallTime(OptionalDouble seconds) {
    return seconds.isPresent() ? Amount.duration(Math.round(seconds.getAsDouble() * SECOND)) : "";
  }

  private static String memory(OptionalLong bytes) {
    return bytes.isPresent() ? Amount.bytes(bytes.getAsLong()) : "";
  }
}
