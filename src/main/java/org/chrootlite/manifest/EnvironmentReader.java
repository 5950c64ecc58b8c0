package org.chrootlite.manifest;

import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.model.Setting;
import org.jspecify.annotations.Nullable;

/** Reads {@code environment}, of a sandbox or of a script. */
final class EnvironmentReader {
  private EnvironmentReader() {}

  /** The variables that are written here. */
  static SortedMap<String, Setting<String>> read(@Nullable Place place) {
    SortedMap<String, Setting<String>> variables = new TreeMap<>();
    if (place != null) {
      place.children().forEach((name, value) -> read(name, value, variables));
    }
    return variables;
  }

  private static void read(String name, Place place, SortedMap<String, Setting<String>> variables) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      place.keyError(Messages.quote(name) + " is not a variable's name", "it must not be empty or hold = or NUL");
      return;
    }
    @Nullable String text = KernelText.read(place);
    if (text == null || !KernelText.checkUnicode(place, name)) {
      return;
    }
    int bytes = KernelText.bytes(name) + 1 + KernelText.bytes(text);
    if (bytes > KernelText.MAX_ARGUMENT) {
      place.error("is " + bytes + " bytes long with its name, and Linux takes " + KernelText.MAX_ARGUMENT, "");
      return;
    }
    variables.put(name, new Setting<>(text, place.origin()));
  }
}
