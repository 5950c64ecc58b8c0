package org.chrootlite.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.chrootlite.diagnostic.Printable;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

class YamlTextProperties {
  private static @Nullable Object load(String yaml) {
    return new Load(LoadSettings.builder().setSchema(new CoreSchema()).build()).loadFromString(yaml);
  }

  /** The engine reads the smallest type that holds a whole number. */
  private static @Nullable Object widened(@Nullable Object value) {
    return switch (value) {
      case Integer number -> number.longValue();
      case List<?> items -> {
        List<@Nullable Object> wide = new ArrayList<>();
        items.forEach(item -> wide.add(widened(item)));
        yield wide;
      }
      case Map<?, ?> map -> {
        Map<Object, @Nullable Object> wide = new LinkedHashMap<>();
        map.forEach((key, item) -> wide.put(key, widened(item)));
        yield wide;
      }
      case null, default -> value;
    };
  }

  @Property
  void whatIsWrittenIsReadBack(@ForAll("trees") Object tree) {
    String yaml = YamlText.of(tree);
    assertEquals(widened(tree), widened(load(yaml)), yaml);
  }

  @Property
  void textsAreReadBackAsKeysAndValuesAndItems(@ForAll("texts") String text, @ForAll("texts") String other) {
    Object tree = Map.of(text, Arrays.asList(other, Map.of(other, text)));
    String yaml = YamlText.of(tree);
    assertEquals(tree, load(yaml), yaml);
    assertEquals(text, load(YamlText.of(text)), YamlText.of(text));
  }

  @Property
  void nothingSteersATerminal(@ForAll("texts") String text) {
    String yaml = YamlText.of(Map.of(text, List.of(text))).replace("\n", "").replace("\t", "");
    assertEquals(Printable.escape(yaml), yaml);
    assertTrue(yaml.codePoints().noneMatch(Character::isISOControl), yaml);
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "a", "B", " ", "  ", "\n", "\n\n", "\t", "\r", "\r\n", "-", "- ", "? ", ":", ": ", "#", " #", ",", "[", "]",
            "{", "}", "&", "*", "!", "|", ">", "'", "\"", "\\", "%", "@", "`", "---", "...", "~", "null", "true", "yes",
            "0", "1", "0x1", "1e3", ".inf", "1_0", "12:30", "2026-11-22", "=", "<<", "/", "./", "$(x)", "\u0000",
            "\u0007", "\u001b", "\u0085", "\u00a0", "\u2028", "\u202e", "\ufeff", "\ud800", "\udfff", "\ud83d\ude00",
            "\uffff", "é", "x".repeat(1100));
    return Arbitraries.frequencyOf(
        Tuple.of(4, pieces.list().ofMaxSize(8).map(list -> String.join("", list))),
        Tuple.of(1, Arbitraries.strings()));
  }

  @Provide
  Arbitrary<Object> trees() {
    return trees(3);
  }

  private Arbitrary<Object> trees(int depth) {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            texts().map(text -> text),
            Arbitraries.longs().map(number -> number),
            Arbitraries.integers().map(number -> number),
            Arbitraries.doubles().map(number -> number),
            Arbitraries.of(true, false).map(flag -> flag));
    if (depth == 0) {
      return scalars;
    }
    return Arbitraries.frequencyOf(
        Tuple.of(2, scalars),
        Tuple.of(1, trees(depth - 1).injectNull(0.1).list().ofMaxSize(4).map(list -> list)),
        Tuple.of(1, Arbitraries.maps(texts(), trees(depth - 1).injectNull(0.1)).ofMaxSize(4).map(map -> map)));
  }
}
