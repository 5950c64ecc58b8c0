package org.chrootlite.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anObjectIsAMapInTheOrderOfTheText() throws MalformedJsonException {
    Map<String, @Nullable Object> expected = new LinkedHashMap<>();
    expected.put("z", 1L);
    expected.put("a", Arrays.asList(true, false, null, "é💡\n"));
    expected.put("m", Map.of("x", 0.5));
    Map<String, @Nullable Object> read =
        JsonReader.readObject(utf8("{\"z\":1,\"a\":[true,false,null,\"é💡\\n\"],\"m\":{\"x\":5e-1}}"));
    assertEquals(expected, read);
    assertEquals(List.of("z", "a", "m"), new ArrayList<>(read.keySet()));
  }

  @Test
  void numbersWithoutAFractionAreExact() throws MalformedJsonException {
    assertEquals(Long.MAX_VALUE, JsonReader.read("9223372036854775807"));
    assertEquals(Long.MIN_VALUE, JsonReader.read("-9223372036854775808"));
    assertEquals(1.0, JsonReader.read("1.0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "{", "{\"a\"}", "{\"a\":}", "[1,]", "[1 2]", "{} {}", "{}x", "nul", "NaN", "-", "01", "'a'", "\"a",
        "\"\t\"", "// c\n1", "{\"a\":1,\"a\":2}", "{a:1}", "9223372036854775808", "1e999", "\"\\x\"", "\0\0"
      })
  void whatIsNotJsonIsRefused(String text) {
    assertThrows(MalformedJsonException.class, () -> JsonReader.read(text), text);
  }

  @Test
  void theErrorSaysWhereItIs() {
    MalformedJsonException e =
        assertThrows(MalformedJsonException.class, () -> JsonReader.read("{\"a\":1,\"bc\":[1,2,oops]}"));
    assertEquals(18, e.column());
    assertTrue(String.valueOf(e.getMessage()).endsWith(" (column 18)"), e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains("oops"), e.getMessage());
  }

  @Test
  void nestingHasALimit() throws MalformedJsonException {
    int deepest = JsonReader.DEEPEST;
    JsonReader.read("[".repeat(deepest) + "]".repeat(deepest));
    for (int depth : new int[] {deepest + 1, 1_000_000}) {
      assertThrows(MalformedJsonException.class, () -> JsonReader.read("[".repeat(depth) + "]".repeat(depth)));
    }
  }

  @Test
  void lengthHasALimit() throws MalformedJsonException {
    String longest = "\"" + "a".repeat(JsonReader.LONGEST - 2) + "\"";
    assertEquals(longest.substring(1, longest.length() - 1), JsonReader.read(utf8(longest)));
    assertThrows(MalformedJsonException.class, () -> JsonReader.read(utf8(longest + " ")));
    assertThrows(MalformedJsonException.class, () -> JsonReader.read(longest + " "));
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedAndNoOtherEncodingIsGuessed() {
    byte[][] wrong = {
      {'"', (byte) 0xff, '"'},
      {'"', (byte) 0xc0, (byte) 0x80, '"'},
      {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
      {'"', (byte) 0xc3},
      "[1]".getBytes(StandardCharsets.UTF_16LE),
      "[1]".getBytes(StandardCharsets.UTF_16),
    };
    for (byte[] bytes : wrong) {
      assertThrows(MalformedJsonException.class, () -> JsonReader.read(bytes), Arrays.toString(bytes));
    }
    MalformedJsonException e = assertThrows(MalformedJsonException.class, () -> JsonReader.read(wrong[0]));
    assertEquals("not UTF-8 (column 2)", e.getMessage());
  }

  @Test
  void whereAnObjectIsWantedNothingElseWillDo() {
    for (String text : List.of("[]", "null", "1", "\"{}\"")) {
      assertThrows(MalformedJsonException.class, () -> JsonReader.readObject(text));
    }
  }
}
