package org.chrootlite.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.json.JsonMapper;

class JsonWriterProperties {
  private static final JsonMapper JACKSON = new JsonMapper();

  @Property
  void jacksonReadsBackWhatIsWritten(@ForAll("values") Object value) {
    assertEquals(value, JACKSON.readValue(JsonWriter.toJson(value), Object.class));
  }

  @Property
  void theTextIsOneLineWithoutControlCharacters(@ForAll String text) {
    String json = JsonWriter.toJson(List.of(text));
    assertEquals(0, json.codePoints().filter(c -> Character.isISOControl(c) || c == 0x202e).count());
  }

  @Provide
  Arbitrary<Object> values() {
    return values(2);
  }

  private static Arbitrary<Object> values(int depth) {
    Arbitrary<Object> leaves =
        Arbitraries.oneOf(
            Arbitraries.strings().asGeneric(),
            Arbitraries.integers().asGeneric(),
            Arbitraries.longs().filter(n -> n != n.intValue()).asGeneric(),
            Arbitraries.doubles().asGeneric(),
            Arbitraries.of(true, false).asGeneric());
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<Object> inner = values(depth - 1);
    Arbitrary<List<Object>> lists = inner.list().ofMaxSize(4);
    Arbitrary<Map<String, Object>> maps = Arbitraries.maps(Arbitraries.strings().ofMaxLength(8), inner).ofMaxSize(4);
    return Arbitraries.oneOf(leaves, lists.asGeneric(), maps.asGeneric());
  }
}
