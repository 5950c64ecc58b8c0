package org.chrootlite.audit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.chrootlite.json.JsonReader;
import org.chrootlite.json.MalformedJsonException;

/**
 * Reads a history, which may grow meanwhile: what was appended before the reading began is seen. It needs no lock, and
 * changes nothing.
 *
 * <p>A line that cannot be read is left out, and counted. Of two entries with one id (a process was killed after it had
 * written one, and the next one wrote it again) the first one counts.
 */
public final class HistoryReader {
  /** Files that became full so long before the time that is asked for are not read; clocks are set back by less. */
  private static final Duration CLOCK_CHANGE = Duration.ofDays(1);

  /** How often, and after how many milliseconds, a last line without an end is looked at again. */
  private static final int LOOKS = 5;

  private static final long PAUSE = 10;

  private final Segments segments;

  private HistoryReader(Path home) {
    segments = new Segments(home);
  }

  /**
   * The history of a state directory.
   *
   * @param home where there is none, the history is empty
   */
  public static HistoryReader of(Path home) {
    return new HistoryReader(home);
  }

  /**
   * Hands over the entries that a filter wants, the oldest first.
   *
   * @return how many lines of what was read are damaged
   */
  public long read(Filter filter, Consumer<Entry> consumer) throws IOException {
    if (filter.last().isPresent()) {
      return readLast(filter, filter.last().getAsInt(), consumer);
    }
    Set<String> ids = new HashSet<>();
    Visitor visitor =
        line -> {
          Entry entry = parse(line);
          if (entry.id().map(ids::add).orElse(true) && filter.accepts(entry)) {
            consumer.accept(entry);
          }
          return true;
        };
    Scan scan = new Scan(visitor);
    try (Segments.Snapshot files = segments.open()) {
      for (Path file : files.full()) {
        if (mayMatter(file, filter.since())) {
          scan.file(file, false);
        }
      }
      if (files.current().isPresent()) {
        scan.current(files.current().get(), false);
      }
    }
    return scan.damaged;
  }

  /**
   * Reads all lines, and says where damaged ones are, such as {@code history.jsonl: 2 lines}.
   *
   * @throws IOException when a file cannot be read
   */
  public List<String> damage() throws IOException {
    List<String> damage = new ArrayList<>();
    try (Segments.Snapshot files = segments.open()) {
      for (Path file : files.full()) {
        Scan scan = new Scan(HistoryReader::check);
        scan.file(file, false);
        scan.report(file, damage);
      }
      if (files.current().isPresent()) {
        Scan scan = new Scan(HistoryReader::check);
        scan.current(files.current().get(), false);
        scan.report(segments.current(), damage);
      }
    }
    return List.copyOf(damage);
  }

  private static boolean check(byte[] line) throws MalformedJsonException {
    JsonReader.readObject(line);
    return true;
  }

  private long readLast(Filter filter, int count, Consumer<Entry> consumer) throws IOException {
    // By id, or by itself where it has none; the newest first.
    Map<Object, Entry> found = new LinkedHashMap<>();
    long damaged =
        readBackward(
            filter.since(),
            line -> {
              Entry entry = parse(line);
              Object key = entry.id().isPresent() ? entry.id().get() : new Object();
              found.remove(key);
              if (filter.accepts(entry)) {
                found.put(key, entry);
              }
              return found.size() < count;
            });
    new ArrayList<>(found.values()).reversed().forEach(consumer);
    return damaged;
  }

  /**
   * The run of this id; or else those that have this in their id, the newest first.
   *
   * <p>Lines without it are not looked at, damaged or not.
   *
   * @param most so many are enough
   */
  public List<Entry> runs(String partOfId, int most) throws IOException {
    byte[] wanted = partOfId.getBytes(StandardCharsets.UTF_8);
    Map<String, Entry> found = new LinkedHashMap<>();
    readBackward(
        Optional.empty(),
        line -> {
          if (contains(line, wanted)) {
            Entry entry = parse(line);
            String id = entry.id().orElse("");
            if (entry.isRun() && id.contains(partOfId)) {
              found.put(id, entry);
            }
          }
          return found.size() < most && !found.containsKey(partOfId);
        });
    Entry exact = found.get(partOfId);
    return exact != null ? List.of(exact) : List.copyOf(found.values());
  }

  private long readBackward(Optional<Instant> since, Visitor visitor) throws IOException {
    Scan scan = new Scan(visitor);
    try (Segments.Snapshot files = segments.open()) {
      if (files.current().isPresent()) {
        scan.current(files.current().get(), true);
      }
      for (Path file : files.full().reversed()) {
        if (!scan.over && mayMatter(file, since)) {
          scan.file(file, true);
        }
      }
    }
    return scan.damaged;
  }

  /** Whether anything in a full file can have begun at that time or later. */
  private static boolean mayMatter(Path file, Optional<Instant> since) throws IOException {
    return since.isEmpty()
        || !Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
            .toInstant()
            .isBefore(since.get().minus(CLOCK_CHANGE));
  }

  private static Entry parse(byte[] line) throws MalformedJsonException {
    return new Entry(JsonReader.readObject(line));
  }

  private static boolean contains(byte[] line, byte[] wanted) {
    for (int i = 0; i + wanted.length <= line.length; i++) {
      if (Arrays.equals(line, i, i + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }

  /** What is done with each line. */
  private interface Visitor {
    /** Whether the next line is wanted, too. */
    boolean visit(byte[] line) throws MalformedJsonException;
  }

  /** One way through the files. */
  private static final class Scan {
    private final Visitor visitor;
    private long damaged;
    private boolean over;

    Scan(Visitor visitor) {
      this.visitor = visitor;
    }

    void report(Path file, List<String> damage) {
      if (damaged > 0) {
        damage.add(file.getFileName() + ": " + damaged + (damaged == 1 ? " line" : " lines"));
      }
    }

    void file(Path path, boolean backward) throws IOException {
      try (FileChannel file = Segments.openToRead(path)) {
        lines(file, file.size(), backward);
      }
    }

    void current(FileChannel file, boolean backward) throws IOException {
      lines(file, settledSize(file), backward);
    }

    private void lines(FileChannel file, long size, boolean backward) throws IOException {
      Lines lines = backward ? Lines.backward(file, size) : Lines.forward(file, size);
      byte[] line = over ? null : lines.next();
      while (line != null) {
        try {
          over = !visitor.visit(line);
        } catch (MalformedJsonException e) {
          damaged++;
        }
        line = over ? null : lines.next();
      }
    }

    /** A last line without an end is one that is damaged, or one that is being written at this moment. */
    private static long settledSize(FileChannel file) throws IOException {
      long size = file.size();
      for (int look = 0; look < LOOKS && size > 0 && !Lines.endsLine(file, size); look++) {
        try {
          Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while reading the history");
        }
        size = file.size();
      }
      return size;
    }
  }
}
