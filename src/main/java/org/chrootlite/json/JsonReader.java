package org.chrootlite.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Turns JSON text (RFC 8259) into values: what {@link JsonWriter} has written comes back as it was.
 *
 * <p>An object becomes a {@link Map} in the text's order, an array a {@link List}, a number without fraction and
 * exponent a {@link Long}, any other a {@link Double}; {@code null} is null. Refused are: a key twice in one object, a
 * number that neither can hold, more than one value, nesting deeper than {@link #DEEPEST}, text longer than {@link
 * #LONGEST}, and bytes that are not UTF-8.
 */
public final class JsonReader {
  /** How deep arrays and objects may lie in each other. */
  public static final int DEEPEST = 64;

  /** How long a text may be, in bytes; and in characters, where it is given as such. */
  public static final int LONGEST = 16 << 20;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Each text has keys of its own: remembering them for the next one costs more than it saves.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(LONGEST)
                  .maxNameLength(LONGEST)
                  .build())
          .build();

  private final JsonParser parser;

  private JsonReader(JsonParser parser) {
    this.parser = parser;
  }

  /** The value that a text says. */
  public static @Nullable Object read(String text) throws MalformedJsonException {
    if (text.length() > LONGEST) {
      throw new MalformedJsonException("longer than " + LONGEST + " characters", LONGEST + 1);
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return new JsonReader(parser).readAll();
    }
  }

  /** The value that a text says, which is given as UTF-8. */
  public static @Nullable Object read(byte[] utf8) throws MalformedJsonException {
    return read(decode(utf8));
  }

  /** The object that a text says; any other value is refused. */
  public static Map<String, @Nullable Object> readObject(byte[] utf8) throws MalformedJsonException {
    return asObject(read(utf8));
  }

  /** The object that a text says; any other value is refused. */
  public static Map<String, @Nullable Object> readObject(String text) throws MalformedJsonException {
    return asObject(read(text));
  }

  @SuppressWarnings("unchecked") // all maps are made below
  private static Map<String, @Nullable Object> asObject(@Nullable Object value) throws MalformedJsonException {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw new MalformedJsonException("not an object", 1);
  }

  /** Not Jackson's decoder: it takes bytes that are no UTF-8, and guesses other encodings. */
  private static String decode(byte[] utf8) throws MalformedJsonException {
    if (utf8.length > LONGEST) {
      throw new MalformedJsonException("longer than " + LONGEST + " bytes", LONGEST + 1);
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(utf8);
    CharBuffer text = CharBuffer.allocate(utf8.length);
    CoderResult result = decoder.decode(bytes, text, true);
    if (result.isError()) {
      throw new MalformedJsonException("not UTF-8", bytes.position() + 1);
    }
    return text.flip().toString();
  }

  private @Nullable Object readAll() throws MalformedJsonException {
    try {
      if (parser.nextToken() == null) {
        throw new MalformedJsonException("empty", 1);
      }
      Object value = readValue();
      if (parser.nextToken() != null) {
        throw malformed("something follows the value");
      }
      return value;
    } catch (JacksonException e) {
      // Where a limit is exceeded it does not say where.
      TokenStreamLocation place = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
      throw new MalformedJsonException(e.getOriginalMessage(), Math.max(1, place.getColumnNr()));
    }
  }

  /** Of the token that the parser is at. */
  private @Nullable Object readValue() throws MalformedJsonException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readMap();
      case START_ARRAY -> readList();
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> readLong();
      case VALUE_NUMBER_FLOAT -> readDouble();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      // The parser itself refuses text where these would be found.
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw malformed("not a value");
    };
  }

  private Map<String, @Nullable Object> readMap() throws MalformedJsonException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      map.put(key, readValue());
    }
    return map;
  }

  private List<@Nullable Object> readList() throws MalformedJsonException {
    List<@Nullable Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(readValue());
    }
    return list;
  }

  private Long readLong() throws MalformedJsonException {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> throw malformed("a number of more than 64 bits");
    };
  }

  private Double readDouble() throws MalformedJsonException {
    double value = parser.getDoubleValue();
    if (Double.isInfinite(value)) {
      throw malformed("a number that is too large");
    }
    return value;
  }

  private MalformedJsonException malformed(String problem) {
    return new MalformedJsonException(problem, Math.max(1, parser.currentTokenLocation().getColumnNr()));
  }
}
