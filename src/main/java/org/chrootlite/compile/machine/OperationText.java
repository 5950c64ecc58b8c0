package org.chrootlite.compile.machine;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The one text rendering of programs: an operation a line, as strace would print it. */
public final class OperationText {
  private static final int LONGEST_QUOTE = 40;

  private OperationText() {}

  /** A program, a line for each label and each operation. */
  public static String of(Program program) {
    Map<Integer, String> labels = new TreeMap<>();
    new TreeMap<>(program.labels()).forEach((label, index) -> labels.merge(index, label, (a, b) -> a + ", " + b));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i <= program.operations().size(); i++) {
      if (labels.containsKey(i)) {
        text.append(labels.get(i)).append(":\n");
      }
      if (i < program.operations().size()) {
        text.append("  ").append(of(program.operations().get(i))).append('\n');
      }
    }
    return text.toString();
  }

  /** One operation, without its line's end. */
  public static String of(Operation operation) {
    String what =
        switch (operation) {
          case Operation.SystemCall call ->
              call.call().id()
                  + call.arguments().stream().map(OperationText::of).collect(Collectors.joining(", ", "(", ")"));
          case Operation.Extract extract ->
              "extract(%s >> %d & 0x%x)".formatted(of(extract.from()), extract.shift(), extract.mask());
        };
    StringBuilder text = new StringBuilder(what).append(" -> ").append(of(operation.result()));
    append(text, "error", operation.onError());
    append(text, Integer.toString(operation.expect()), operation.onEqual());
    append(text, "else", operation.onElse());
    return text.toString();
  }

  private static void append(StringBuilder text, String when, Target target) {
    switch (target) {
      case Target.Next() -> {}
      case Target.Label(String name) -> text.append("; ").append(when).append(": ").append(name);
    }
  }

  private static String of(Value value) {
    return switch (value) {
      case Value.Constant(long number) ->
          number >= -4096 && number < 4096 ? Long.toString(number) : "0x" + Long.toHexString(number);
      case Value.Contents(Datum.Place place) -> "[" + of(place) + "]";
      case Value.AddressOf(Datum datum, int offset) -> (offset == 0 ? "" : offset + "+") + of(datum);
    };
  }

  private static String of(Datum datum) {
    return switch (datum) {
      case Datum.Bytes bytes -> bytes.toString();
      case Datum.Words words ->
          words.words().stream().map(OperationText::of).collect(Collectors.joining(", ", "{", "}"));
      case Datum.Cell cell -> "&" + cell.name();
    };
  }

  private static String of(Datum.Place place) {
    return place.cell().name() + (place.offset() == 0 ? "" : "+" + place.offset());
  }

  /** Text as a C string; other bytes as hexadecimal digits; long ones are cut, and the length is said. */
  static String quote(byte[] content) {
    boolean isText = content.length > 0 && content[content.length - 1] == 0;
    for (int i = 0; i + 1 < content.length; i++) {
      isText &= (content[i] >= ' ' && content[i] != 0x7f) || content[i] < 0 || content[i] == '\n';
    }
    int shown = Math.min(content.length - (isText ? 1 : 0), LONGEST_QUOTE);
    String rest = shown + (isText ? 1 : 0) < content.length ? "... " + content.length + " bytes" : "";
    if (isText) {
      return '"' + new String(content, 0, shown, StandardCharsets.UTF_8).replace("\n", "\\n") + '"' + rest;
    }
    StringBuilder hex = new StringBuilder("0x");
    for (int i = 0; i < shown; i++) {
      hex.append(Character.forDigit((content[i] >> 4) & 15, 16)).append(Character.forDigit(content[i] & 15, 16));
    }
    return hex + rest;
  }
}
