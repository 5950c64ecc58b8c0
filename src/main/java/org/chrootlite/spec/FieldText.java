package org.chrootlite.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.chrootlite.model.LimitKind;

/** Values as people write them, each on one line. */
final class FieldText {
  private FieldText() {}

  /** Two values that differ, shown so that it is seen where. */
  record Pair(String before, String after) {}

  /** One value; of a long one its beginning. */
  static String value(Field field, Object value) {
    return value instanceof String text && text.indexOf('\n') >= 0 ? beginning(text) : cut(whole(field, value));
  }

  static Pair pair(Field field, Object before, Object after) {
    boolean lines = before instanceof String left && after instanceof String right && (left + right).contains("\n");
    return lines ? linePair((String) before, (String) after) : windows(whole(field, before), whole(field, after));
  }

  private static String whole(Field field, Object value) {
    return switch (value) {
      case String text -> TextForm.plain(text);
      case Long number -> number(field, number);
      case Map<?, ?> map when field.isMount() -> mount(map).orElseGet(() -> nested(map));
      case Map<?, ?> map when field.isScript() -> script(map).orElseGet(() -> nested(map));
      default -> nested(value);
    };
  }

  private static String number(Field field, long number) {
    if (!field.isLimit()) {
      return Long.toString(number);
    }
    if (field.key().equals(LimitKind.WALL_TIME.key()) && number == 0) {
      return "no limit";
    }
    return Arrays.stream(LimitKind.values())
        .filter(kind -> kind.key().equals(field.key()))
        .findFirst()
        .map(
            kind ->
                switch (kind.unit()) {
                  case BYTES -> Exact.bytes(number);
                  case NANOSECONDS -> Exact.duration(number);
                  case MILLICPUS -> Exact.cpus(number);
                  case COUNT -> Long.toString(number);
                })
        .orElse(Long.toString(number));
  }

  /** A mount without its target, which is in the field's name; empty where it is none. */
  private static Optional<String> mount(Map<?, ?> map) {
    if (map.size() == 2 && map.containsKey("tmpfs") && map.get("size") instanceof Long size) {
      return Optional.of("tmpfs of " + Exact.bytes(size));
    }
    return map.size() == (map.containsKey("sockets") ? 4 : 3)
            && map.containsKey("target")
            && map.get("source") instanceof String source
            && map.get("readOnly") instanceof Boolean readOnly
        ? Optional.of(
            TextForm.plain(source)
                + (readOnly ? ", read-only" : ", writable")
                + (map.containsKey("sockets") ? ", with its sockets" : ""))
        : Optional.empty();
  }

  /** What a script executes; empty where that is not said. */
  private static Optional<String> script(Map<?, ?> map) {
    for (String key : List.of("run", "file", "command")) {
      Object value = map.get(key);
      if (value instanceof String text && text.indexOf('\n') >= 0) {
        return Optional.of(key + " " + beginning(text));
      } else if (value != null) {
        return Optional.of(key + " " + (value instanceof String text ? TextForm.plain(text) : nested(value)));
      }
    }
    return Optional.empty();
  }

  /** As YAML's flow style would write it, more or less. */
  private static String nested(Object value) {
    return switch (value) {
      case String text -> TextForm.item(text);
      case List<?> list -> list.stream().map(FieldText::nested).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> nested(entry.getKey()) + ": " + nested(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> value.toString();
    };
  }

  private static String cut(String line) {
    return TextForm.window(line, 0);
  }

  private static String beginning(String text) {
    List<String> lines = split(text);
    String first = cut(TextForm.plain(lines.getFirst()));
    return lines.size() == 1 ? first : first + " (+" + count(lines.size() - 1) + ")";
  }

  private static Pair windows(String before, String after) {
    int from = TextForm.common(before, after);
    return new Pair(TextForm.window(before, from), TextForm.window(after, from));
  }

  /** The first line that differs, of texts of several lines. */
  private static Pair linePair(String before, String after) {
    List<String> left = split(before);
    List<String> right = split(after);
    int line = 0;
    while (line < left.size() && line < right.size() && left.get(line).equals(right.get(line))) {
      line++;
    }
    if (line == left.size() && line == right.size()) {
      return new Pair(end(before), end(after));
    }
    if (line == left.size() || line == right.size()) {
      return new Pair(oneOf(left, line), oneOf(right, line));
    }
    Pair lines = windows(TextForm.plain(left.get(line)), TextForm.plain(right.get(line)));
    return left.size() == 1 && right.size() == 1
        ? lines
        : new Pair(numbered(left, line) + lines.before(), numbered(right, line) + lines.after());
  }

  /** The lines, without the empty one after the last line's end; split at nothing but LF, as shells do. */
  private static List<String> split(String text) {
    String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return List.of(body.split("\n", -1));
  }

  private static String end(String text) {
    return text.endsWith("\n") ? "with a newline at its end" : "without a newline at its end";
  }

  private static String oneOf(List<String> lines, int line) {
    return line == lines.size()
        ? count(lines.size())
        : numbered(lines, line) + cut(TextForm.plain(lines.get(line)));
  }

  private static String numbered(List<String> lines, int line) {
    return "line " + (line + 1) + " of " + lines.size() + ": ";
  }

  private static String count(int lines) {
    return lines == 1 ? "1 line" : lines + " lines";
  }
}
