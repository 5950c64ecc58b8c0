package org.chrootlite.json;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into JSON text on one line; see RFC 8259.
 *
 * <p>Objects come from maps, in their order, and from records, in the order of their components; arrays from any
 * {@link Iterable}. An empty {@link Optional} and {@code null} are {@code null}.
 *
 * <p>The text is safe to show on a terminal and to embed in UTF-8: control characters, C1 controls, bidirectional
 * controls, line separators and unpaired surrogates are escaped.
 */
public final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder(256);

  private JsonWriter() {}

  /**
   * The JSON text of a value.
   *
   * @throws IllegalArgumentException for a number that JSON cannot write (NaN, infinity), a key that is not a string,
   *     or a value of another type
   */
  public static String toJson(@Nullable Object value) {
    JsonWriter writer = new JsonWriter();
    writer.write(value);
    return writer.out.toString();
  }

  private void write(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case CharSequence text -> writeString(text);
      case Boolean flag -> out.append(flag.booleanValue());
      case Integer number -> out.append(number.intValue());
      case Long number -> out.append(number.longValue());
      case Double number when Double.isFinite(number) -> out.append(number.doubleValue());
      case Optional<?> optional -> write(optional.orElse(null));
      case Map<?, ?> map -> writeMap(map);
      case Iterable<?> elements -> writeArray(elements);
      case Record object -> writeRecord(object);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass().getName() + " " + value);
    }
  }

  private void writeMap(Map<?, ?> map) {
    char separator = '{';
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw new IllegalArgumentException("no JSON for the key " + entry.getKey());
      }
      out.append(separator);
      writeString(key);
      out.append(':');
      write(entry.getValue());
      separator = ',';
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private void writeRecord(Record object) {
    RecordComponent[] components = object.getClass().getRecordComponents();
    char separator = '{';
    for (RecordComponent component : components) {
      out.append(separator);
      writeString(component.getName());
      out.append(':');
      write(valueOf(component, object));
      separator = ',';
    }
    out.append(components.length == 0 ? "{}" : "}");
  }

  private static @Nullable Object valueOf(RecordComponent component, Record object) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(object);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalArgumentException("no JSON for " + component, e);
    }
  }

  private void writeArray(Iterable<?> elements) {
    boolean first = true;
    out.append('[');
    for (Object element : elements) {
      if (!first) {
        out.append(',');
      }
      write(element);
      first = false;
    }
    out.append(']');
  }

  private void writeString(CharSequence text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
            out.append(c).append(text.charAt(++i));
          } else if (mustBeEscaped(c)) {
            writeEscape(c);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean mustBeEscaped(char c) {
    return c < 0x20
        || (c >= 0x7f && c <= 0x9f)
        || Character.isSurrogate(c)
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }

  private void writeEscape(char c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt((c >> shift) & 0xf));
    }
  }
}
