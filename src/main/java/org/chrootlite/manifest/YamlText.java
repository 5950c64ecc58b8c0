package org.chrootlite.manifest;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.diagnostic.Printable;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as YAML in block style, as a person would: in quotes only what needs them, texts of several lines as
 * blocks.
 *
 * <p>Every parser of YAML 1.2 reads back what was written, and those of YAML 1.1 do: what they would take for a date, a
 * number or {@code yes} is in quotes. The text is safe to show on a terminal: control characters, and those that turn
 * the writing direction, are escapes in quotes.
 */
public final class YamlText {
  /** How long a key may be that stands in one line with its value; YAML sets 1024, quotes and escapes included. */
  private static final int LONGEST_KEY = 1000;

  private static final String INDENT = "  ";

  private final StringBuilder out = new StringBuilder(256);

  private YamlText() {}

  /**
   * One document without {@code ---}, with the end of its last line.
   *
   * @param value a map with strings as keys, an {@link Iterable}, a string, a boolean, an {@code int}, {@code long} or
   *     finite {@code double}, null, or an {@link Optional} of one of them; and so on in the collections
   * @throws IllegalArgumentException for anything else
   */
  public static String of(@Nullable Object value) {
    YamlText yaml = new YamlText();
    yaml.write(value, 0);
    return yaml.out.toString();
  }

  /** What a mapping's key is written as, before its colon; at most {@link #LONGEST_KEY} characters stay in one line. */
  static String key(String key) {
    String text = inLine(key);
    return text.length() <= LONGEST_KEY ? text + ":" : "? " + text + "\n:";
  }

  /** A text in one line, in quotes where it needs them. */
  static String inLine(String text) {
    return isPlain(text) ? text : '"' + Printable.escape(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
  }

  /** A value of a mapping or list, with all that stands before it after the colon or hyphen, and its line's end. */
  private void write(@Nullable Object value, int depth) {
    switch (value) {
      case Map<?, ?> map when !map.isEmpty() -> writeMap(map, depth);
      case Iterable<?> items when items.iterator().hasNext() -> writeItems(items, depth);
      case Optional<?> optional -> write(opened(optional), depth);
      case CharSequence text -> writeText(text.toString(), depth);
      case null, default -> out.append(scalar(value)).append('\n');
    }
  }

  private static String scalar(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Boolean flag -> flag.toString();
      case Integer number -> number.toString();
      case Long number -> number.toString();
      case Double number when Double.isFinite(number) -> number.toString();
      case Map<?, ?> _ -> "{}";
      case Iterable<?> _ -> "[]";
      default -> throw new IllegalArgumentException("no YAML for " + value.getClass().getName() + " " + value);
    };
  }

  private void writeMap(Map<?, ?> map, int depth) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name)) {
        throw new IllegalArgumentException("no YAML for the key " + entry.getKey());
      }
      String key = key(name);
      // Of a key of its own line the colon begins the next one.
      out.repeat(INDENT, depth).append(key.startsWith("? ") ? key.replace("\n", "\n" + INDENT.repeat(depth)) : key);
      writeBelow(entry.getValue(), depth);
    }
  }

  private void writeItems(Iterable<?> items, int depth) {
    for (Object item : items) {
      out.repeat(INDENT, depth).append("- ");
      int start = out.length();
      Object inner = opened(item);
      write(inner, depth + 1);
      if (hasLines(inner)) {
        // The first of the lines below continues this one: the hyphen is as wide as an indent.
        out.delete(start, start + (depth + 1) * INDENT.length());
      }
    }
  }

  private void writeBelow(@Nullable Object value, int depth) {
    Object inner = opened(value);
    out.append(hasLines(inner) ? '\n' : ' ');
    write(inner, depth + 1);
  }

  private static @Nullable Object opened(@Nullable Object value) {
    return value instanceof Optional<?> optional ? optional.orElse(null) : value;
  }

  private static boolean hasLines(@Nullable Object value) {
    return (value instanceof Map<?, ?> map && !map.isEmpty())
        || (value instanceof Iterable<?> items && items.iterator().hasNext());
  }

  private void writeText(String text, int depth) {
    boolean lines = depth > 0 && text.indexOf('\n') >= 0;
    Optional<String> block = lines ? block(text, INDENT.repeat(depth)) : Optional.empty();
    out.append(block.orElseGet(() -> inLine(text) + "\n"));
  }

  /**
   * A text as a literal block, with the line's end.
   *
   * @param indent what its lines begin with, more than the line that it belongs to
   * @return nothing for a text that a block cannot hold
   */
  static Optional<String> block(String text, String indent) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\n') {
      end--;
    }
    List<String> lines = text.substring(0, end).lines().toList();
    // A block whose first line begins with a space or is empty would need to say how deep it is indented.
    if (lines.isEmpty() || lines.getFirst().isBlank() || lines.getFirst().startsWith(" ") || text.indexOf('\r') >= 0) {
      return Optional.empty();
    }
    StringBuilder block = new StringBuilder(text.length() * 2);
    int newlines = text.length() - end;
    block.append(newlines == 1 ? "|" : newlines == 0 ? "|-" : "|+").append('\n');
    for (String line : lines) {
      String harmless = line.replace("\t", "");
      if (!Printable.escape(harmless).equals(harmless) || (!line.isEmpty() && line.isBlank())) {
        return Optional.empty();
      }
      block.append(line.isEmpty() ? "" : indent).append(line).append('\n');
    }
    return Optional.of(block.append("\n".repeat(Math.max(0, newlines - 1))).toString());
  }

  /**
   * Whether a text may stand without quotes, in a line and between braces: words of letters, digits and what is common
   * in paths and options, beginning with a letter or slash; or a number with a unit.
   */
  static boolean isPlain(String text) {
    if (text.isEmpty() || text.endsWith(" ") || text.endsWith(":") || PlainScalar.kind(text) != Node.Kind.TEXT) {
      return false;
    }
    char first = text.charAt(0);
    boolean plain = isLetter(first) || first == '/' || text.startsWith("./") || text.startsWith("../");
    for (int at = 0; at < text.length() && plain; at++) {
      char c = text.charAt(at);
      boolean followed = at + 1 < text.length() && text.charAt(at + 1) != ' ';
      plain = isLetter(c) || (c >= '0' && c <= '9') || " ._-/+=@%$()".indexOf(c) >= 0 || (c == ':' && followed);
    }
    return (plain && !isWordOfOldYaml(text)) || isQuantity(text);
  }

  /** A whole number with the letters of a unit, such as {@code 64MB}; none of them makes a number of it to anybody. */
  private static boolean isQuantity(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    boolean unit = digits > 0 && digits < text.length();
    for (int at = digits; at < text.length() && unit; at++) {
      unit = "BKMGimsh".indexOf(text.charAt(at)) >= 0;
    }
    return unit;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** What YAML 1.1 took for true or false. */
  private static boolean isWordOfOldYaml(String text) {
    return switch (text.length() > 3 ? "" : text.toLowerCase(Locale.ROOT)) {
      case "y", "n", "yes", "no", "on", "off" -> true;
      default -> false;
    };
  }
}
