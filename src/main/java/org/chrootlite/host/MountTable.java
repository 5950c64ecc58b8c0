package org.chrootlite.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is mounted where on this host, as this process sees it.
 *
 * @param entries in the order of mounting: of two at the same point the later one hides the earlier one
 */
public record MountTable(List<Entry> entries) {
  private static final Path FILE = Path.of("/proc/self/mountinfo");

  private static final int POINT = 4;
  private static final int OPTIONS = 5;
  private static final int FIRST_OPTIONAL = 6;

  /** Copies the list. */
  public MountTable {
    entries = List.copyOf(entries);
  }

  /**
   * A mount.
   *
   * @param type of its file system, such as {@code ext4}
   * @param noExec whether no program may be executed from it
   */
  public record Entry(Path point, String type, boolean noExec) {}

  /** Reads {@code /proc/self/mountinfo}. */
  public static MountTable current() throws IOException {
    return parse(Files.readString(FILE, StandardCharsets.ISO_8859_1));
  }

  /** Parses lines as in proc_pid_mountinfo(5), each byte a character; a line that is not like that is left out. */
  static MountTable parse(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      int separator = FIRST_OPTIONAL;
      while (separator < fields.length && !fields[separator].equals("-")) {
        separator++;
      }
      if (separator + 1 < fields.length) {
        boolean noExec = List.of(fields[OPTIONS].split(",", -1)).contains("noexec");
        entries.add(new Entry(Path.of(unescape(fields[POINT])), fields[separator + 1], noExec));
      }
    }
    return new MountTable(entries);
  }

  /** The mount that a file lies in; empty where the table does not tell. */
  public Optional<Entry> of(Path file) {
    Optional<Entry> innermost = Optional.empty();
    for (Entry entry : entries) {
      boolean isDeeper =
          innermost.isEmpty() || entry.point.getNameCount() >= innermost.get().point.getNameCount();
      if (file.startsWith(entry.point) && isDeeper) {
        innermost = Optional.of(entry);
      }
    }
    return innermost;
  }

  /** Whether something is mounted at just this path. */
  public boolean isPoint(Path path) {
    return entries.stream().anyMatch(entry -> entry.point.equals(path));
  }

  /** Where something is mounted below a directory, sorted: an outer point before those in it. */
  public List<Path> below(Path directory) {
    SortedSet<Path> points = new TreeSet<>();
    for (Entry entry : entries) {
      if (entry.point.startsWith(directory) && !entry.point.equals(directory)) {
        points.add(entry.point);
      }
    }
    return List.copyOf(points);
  }

  /** Blanks, tabs, line feeds and backslashes are written as three octal digits. */
  private static String unescape(String text) {
    byte[] bytes = new byte[text.length()];
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 3 < text.length()) {
        bytes[size++] = (byte) Integer.parseInt(text.substring(i + 1, i + 4), 8);
        i += 3;
      } else {
        bytes[size++] = (byte) c;
      }
    }
    return new String(bytes, 0, size, StandardCharsets.UTF_8);
  }
}
