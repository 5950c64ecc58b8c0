package org.chrootlite.manifest;

import java.util.Map;
import org.chrootlite.model.Setting;
import org.jspecify.annotations.Nullable;

/** Reads one of several fixed names. */
final class Choice {
  private Choice() {}

  /** The value of a name. Where it is another name the schema check says so, and the value is {@code otherwise}. */
  static <T> Setting<T> read(Place place, Map<String, T> choices, T otherwise) {
    @Nullable String text = place.text();
    @Nullable T choice = text == null ? null : choices.get(text);
    if (choice == null) {
      place.problems().misshapen();
      return new Setting<>(otherwise, place.origin());
    }
    return new Setting<>(choice, place.origin());
  }
}
