package org.chrootlite.manifest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts that end up in the kernel, as strings that a NUL ends. */
final class KernelText {
  /** One argument or variable of execve(2), in bytes, without the NUL at its end (MAX_ARG_STRLEN). */
  static final int MAX_ARGUMENT = 131_071;

  private KernelText() {}

  /** The place's text; null, with an error, where no kernel would take it. */
  static @Nullable String read(Place place) {
    @Nullable String text = place.text();
    return text != null && check(place, text) ? text : null;
  }

  /** The place's text, which may be empty and as long as an argument may be; null with an error. */
  static @Nullable String argument(Place place) {
    @Nullable String text = read(place);
    if (text != null && bytes(text) > MAX_ARGUMENT) {
      place.error("is " + bytes(text) + " bytes long, and Linux takes " + MAX_ARGUMENT + " for one argument", "");
      return null;
    }
    return text;
  }

  /** The texts of a list of arguments. */
  static List<String> arguments(Place place) {
    List<String> arguments = new ArrayList<>();
    for (Place item : place.items()) {
      @Nullable String argument = argument(item);
      if (argument != null) {
        arguments.add(argument);
      }
    }
    return arguments;
  }

  /** Reports NULs and halves of surrogate pairs, which only escapes such as {@code "\0"} can bring in. */
  static boolean check(Place place, String text) {
    if (text.indexOf('\0') >= 0) {
      place.error("holds a NUL character", "");
      return false;
    }
    return checkUnicode(place, text);
  }

  /** Reports halves of surrogate pairs, which have no UTF-8. */
  static boolean checkUnicode(Place place, String text) {
    if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      place.error("holds half a surrogate pair, which is no character", "");
      return false;
    }
    return true;
  }

  /** How long the text is in UTF-8. */
  static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
