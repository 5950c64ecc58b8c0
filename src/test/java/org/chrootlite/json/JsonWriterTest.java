package org.chrootlite.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  private record Run(String run, int exitCode, @Nullable String signal, double wallTime, List<Long> sizes) {}

  private record Nothing() {}

  @Test
  void aRecordIsAnObjectWithItsComponentsInOrder() {
    assertEquals(
        "{\"run\":\"r-1\",\"exitCode\":0,\"signal\":null,\"wallTime\":0.0031,\"sizes\":[1,1048576]}",
        JsonWriter.toJson(new Run("r-1", 0, null, 0.0031, List.of(1L, 1048576L))));
    assertEquals("{}", JsonWriter.toJson(new Nothing()));
  }

  @Test
  void aMapIsAnObjectInItsOwnOrder() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("z", true);
    map.put("a", Optional.empty());
    map.put("m", Optional.of(Map.of()));
    assertEquals("{\"z\":true,\"a\":null,\"m\":{}}", JsonWriter.toJson(map));
  }

  @Test
  void anIterableIsAnArray() {
    assertEquals("[1,null,[],\"x\"]", JsonWriter.toJson(Arrays.asList(1, null, List.of(), "x")));
  }

  @Test
  void whatWouldEndAStringOrDisturbATerminalIsEscaped() {
    assertEquals(
        "\"\\\"\\\\\\n\\r\\t\\u0000\\u001b[2J\\u007f\\u009b\\u2028\\u202e\\u2066 é 💡\"",
        JsonWriter.toJson("\"\\\n\r\t\0\u001b[2J\u007f\u009b\u2028\u202e\u2066 é 💡"));
  }

  @Test
  void halfACharacterIsEscapedSinceUtf8HasNoBytesForIt() {
    assertEquals("\"\\ud83d\"", JsonWriter.toJson("\ud83d"));
    assertEquals("\"\\udca1x\\ud83d\"", JsonWriter.toJson("\udca1x\ud83d"));
  }

  @Test
  void whatJsonCannotSayIsRefused() {
    for (Object value : List.of(Double.NaN, Double.POSITIVE_INFINITY, new Object(), 'c', Map.of(1, 2))) {
      assertThrows(IllegalArgumentException.class, () -> JsonWriter.toJson(value));
    }
  }
}
