package org.chrootlite.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class JsonReaderProperties {
  @Property
  void whatIsWrittenIsReadBackAsItWas(@ForAll("values") Object value) throws MalformedJsonException {
    String json = JsonWriter.toJson(value);
    assertEquals(value, JsonReader.read(json));
    assertEquals(value, JsonReader.read(json.getBytes(StandardCharsets.UTF_8)));
  }

  /** Half a line, as a power failure leaves it, is never taken for a whole one. */
  @Property
  void noPartOfAnObjectIsAnObject(
      @ForAll("objects") Map<String, Object> object, @ForAll @IntRange(max = 999) int part) {
    String json = JsonWriter.toJson(object);
    String cut = json.substring(0, json.length() * part / 1000);
    try {
      throw new AssertionError(cut + " was read as " + JsonReader.readObject(cut));
    } catch (MalformedJsonException e) {
      assertEquals(true, e.column() >= 1 && e.column() <= cut.length() + 1, e.getMessage() + " of " + cut);
    }
  }

  /** Whatever the bytes are, there is an answer: a value that can be written, or the one exception. */
  @Property
  void noBytesDoAnyHarm(@ForAll("bytes") byte[] bytes) {
    try {
      Object value = JsonReader.read(bytes);
      assertEquals(value, JsonReader.read(JsonWriter.toJson(value)));
    } catch (MalformedJsonException e) {
      assertEquals(true, e.column() >= 1);
    }
  }

  @Provide
  Arbitrary<byte[]> bytes() {
    Arbitrary<Byte> any = Arbitraries.bytes();
    Arbitrary<Byte> likely =
        Arbitraries.of("{}[]\",:\\ntruefalsenull0123456789.eE+- \n\t".chars().mapToObj(c -> (byte) c).toList());
    return Arbitraries.frequencyOf(Tuple.of(1, any), Tuple.of(9, likely))
        .array(byte[].class)
        .ofMaxSize(40);
  }

  @Provide
  Arbitrary<Map<String, @Nullable Object>> objects() {
    return Arbitraries.maps(Arbitraries.strings().ofMaxLength(8), values(1)).ofMaxSize(4).map(LinkedHashMap::new);
  }

  @Provide
  Arbitrary<@Nullable Object> values() {
    return values(3);
  }

  private static Arbitrary<@Nullable Object> values(int depth) {
    Arbitrary<@Nullable Object> leaves =
        Arbitraries.<@Nullable Object>oneOf(
                Arbitraries.strings().asGeneric(),
                Arbitraries.longs().asGeneric(),
                Arbitraries.doubles().asGeneric(),
                Arbitraries.of(true, false).asGeneric())
            .injectNull(0.1);
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<@Nullable Object> inner = values(depth - 1);
    Arbitrary<List<@Nullable Object>> lists = inner.list().ofMaxSize(4);
    Arbitrary<Map<String, @Nullable Object>> maps =
        Arbitraries.maps(Arbitraries.strings().ofMaxLength(8), inner).ofMaxSize(4).map(LinkedHashMap::new);
    return Arbitraries.oneOf(leaves, lists.asGeneric(), maps.asGeneric());
  }
}
