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

/**
 * Turns JSON text (RFC 8259) into values: what {@link JsonWriter} has written comes back as it was.
 *
 * <p>An object becomes a {@link Map} in the text's order, an array a {@link List}, a number without fraction and
 * exponent a {@link Long}, any other a {@link Double}; {@code null} is null. Refused are: a key twice in one object, a
 * number that neither can hold, more than one value, nesting deeper than {@link #DEEPEST}, text longer than {@link
 * #LONGEST}, and bytes that are not UTF-8.
 *
 * <p>Not Jackson's parser: it needs {@link java.math.BigDecimal}, and Java 25 takes 10 ms to initialise that, for which
 * each run of a job would wait.
 */
public final class JsonReader {
  /** How deep arrays and objects may lie in each other. */
  public static final int DEEPEST = 64;

  /** How long a text may be, in bytes; and in characters, where it is given as such. */
  public static final int LONGEST = 16 << 20;

  /** The digits of the longest {@link Long}, and its sign. */
  private static final int LONGEST_INTEGER = 20;

  /** How much of what is wrong is shown. */
  private static final int SHOWN = 20;

  private static final char END = '\0';

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /** The value that a text says. */
  public static @Nullable Object read(String text) throws MalformedJsonException {
    if (text.length() > LONGEST) {
      throw new MalformedJsonException("longer than " + LONGEST + " characters", LONGEST + 1);
    }
    return new JsonReader(text).readAll();
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
    skipSpace();
    if (at == text.length()) {
      throw new MalformedJsonException("empty", 1);
    }
    Object value = readValue();
    skipSpace();
    if (at < text.length()) {
      throw malformed("something follows the value");
    }
    return value;
  }

  /** What begins here, where there is no space. */
  private @Nullable Object readValue() throws MalformedJsonException {
    return switch (peek()) {
      case '{' -> readMap();
      case '[' -> readList();
      case '"' -> readString();
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> readNumber();
      default -> readWord();
    };
  }

  private Map<String, @Nullable Object> readMap() throws MalformedJsonException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    enter();
    if (peek() == '}') {
      return leave(map);
    }
    while (true) {
      int start = at;
      if (peek() != '"') {
        throw unexpected("a key in quotes");
      }
      String key = readString();
      if (map.containsKey(key)) {
        at = start;
        throw malformed("a key that was there before");
      }
      skipSpace();
      if (peek() != ':') {
        throw unexpected("a colon");
      }
      next();
      map.put(key, readValue());
      skipSpace();
      if (peek() == '}') {
        return leave(map);
      }
      if (peek() != ',') {
        throw unexpected("a comma or }");
      }
      next();
    }
  }

  private List<@Nullable Object> readList() throws MalformedJsonException {
    List<@Nullable Object> list = new ArrayList<>();
    enter();
    if (peek() == ']') {
      return leave(list);
    }
    while (true) {
      list.add(readValue());
      skipSpace();
      if (peek() == ']') {
        return leave(list);
      }
      if (peek() != ',') {
        throw unexpected("a comma or ]");
      }
      next();
    }
  }

  private void enter() throws MalformedJsonException {
    depth++;
    if (depth > DEEPEST) {
      throw malformed("nested deeper than " + DEEPEST);
    }
    next();
  }

  private <T> T leave(T value) {
    depth--;
    at++;
    return value;
  }

  private String readString() throws MalformedJsonException {
    int start = ++at;
    while (at < text.length() && isPlain(text.charAt(at))) {
      at++;
    }
    if (peek() == '"') {
      return text.substring(start, at++);
    }
    StringBuilder string = new StringBuilder().append(text, start, at);
    while (peek() != '"') {
      char c = peek();
      if (isPlain(c)) {
        string.append(c);
        at++;
      } else if (c == '\\') {
        at++;
        string.append(readEscape());
      } else {
        throw unexpected("the rest of a text in quotes");
      }
    }
    at++;
    return string.toString();
  }

  /** Whether a character stands for itself; the end of the text does not. */
  private static boolean isPlain(char c) {
    return c >= ' ' && c != '"' && c != '\\';
  }

  private char readEscape() throws MalformedJsonException {
    char c = peek();
    char meant =
        switch (c) {
          case '"', '\\', '/' -> c;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> readCodeUnit();
          default -> throw unexpected("an escape that there is");
        };
    at++;
    return meant;
  }

  /** Leaves the last of the four digits to be passed. */
  private char readCodeUnit() throws MalformedJsonException {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      char c = peek();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw unexpected("four hexadecimal digits");
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  private Number readNumber() throws MalformedJsonException {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    boolean zero = peek() == '0';
    int first = at;
    readDigits();
    if (zero && at > first + 1) {
      at = start;
      throw malformed("a number that begins with 0");
    }
    boolean whole = true;
    if (peek() == '.') {
      whole = false;
      at++;
      readDigits();
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false;
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      readDigits();
    }
    String number = text.substring(start, at);
    return whole ? asLong(number, start) : asDouble(number, start);
  }

  private void readDigits() throws MalformedJsonException {
    if (!isDigit(peek())) {
      throw unexpected("a digit");
    }
    while (isDigit(peek())) {
      at++;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private Number asLong(String number, int start) throws MalformedJsonException {
    if (number.length() <= LONGEST_INTEGER) {
      try {
        return Long.valueOf(number);
      } catch (NumberFormatException e) {
        // It is one digit too long, or just too large.
      }
    }
    at = start;
    throw malformed("a number of more than 64 bits");
  }

  private Number asDouble(String number, int start) throws MalformedJsonException {
    double value = Double.parseDouble(number);
    if (Double.isInfinite(value)) {
      at = start;
      throw malformed("a number that is too large");
    }
    return value;
  }

  private @Nullable Boolean readWord() throws MalformedJsonException {
    if (takes("null")) {
      return null;
    }
    if (takes("true")) {
      return true;
    }
    if (takes("false")) {
      return false;
    }
    throw unexpected("a value");
  }

  private boolean takes(String word) {
    boolean is = text.startsWith(word, at);
    at += is ? word.length() : 0;
    return is;
  }

  /** The character here, or {@link #END}, which no JSON holds, at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  /** Passes a character, and the space after it. */
  private void next() {
    at++;
    skipSpace();
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private MalformedJsonException unexpected(String wanted) {
    if (at == text.length()) {
      return malformed("it ends where there should be " + wanted);
    }
    int end = at + 1;
    while (end < text.length() && end < at + SHOWN && Character.isLetterOrDigit(text.charAt(end))) {
      end++;
    }
    return malformed("%s where there should be %s".formatted(JsonWriter.toJson(text.substring(at, end)), wanted));
  }

  private MalformedJsonException malformed(String problem) {
    return new MalformedJsonException(problem, at + 1);
  }
}
