package org.chrootlite.spec;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A spec's tree for people: limits and sizes with their units. */
final class SpecWords {
  private SpecWords() {}

  static SortedMap<String, Object> of(Spec spec) {
    return words(Field.ROOT, spec.tree());
  }

  private static SortedMap<String, Object> words(Field field, Map<?, ?> tree) {
    SortedMap<String, Object> words = new TreeMap<>();
    for (Map.Entry<?, ?> entry : tree.entrySet()) {
      Field below = field.child(String.valueOf(entry.getKey()));
      words.put(below.key(), value(below, entry.getValue()));
    }
    return words;
  }

  private static Object value(Field field, Object value) {
    return switch (value) {
      case Map<?, ?> map -> words(field, map);
      case Long number when field.isLimit() -> FieldText.value(field, number);
      default -> value;
    };
  }
}
