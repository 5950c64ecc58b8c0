package org.chrootlite.manifest;

import java.util.Collection;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.diagnostic.Suggestion;

/** The wording that all stages share. */
final class Messages {
  private static final int ECHO = 60;

  private Messages() {}

  /** The user's text in quotes, cut where it is long, and made harmless. */
  static String quote(String text) {
    boolean cut = text.codePointCount(0, text.length()) > ECHO;
    String shown = cut ? text.substring(0, text.offsetByCodePoints(0, ECHO)) + "..." : text;
    return '"' + Printable.escape(shown) + '"';
  }

  /** How a path below {@code path} is written. */
  static String child(String path, String key) {
    if (!isSimple(key)) {
      return path + '[' + quote(key) + ']';
    }
    return path.isEmpty() ? key : path + '.' + key;
  }

  /** How an item of the list at {@code path} is written. */
  static String item(String path, int index) {
    return path + '[' + index + ']';
  }

  /** What a node is, with its article. */
  static String kindOf(Node node) {
    return switch (node) {
      case Node.Mapping _ -> "a mapping";
      case Node.Sequence _ -> "a list";
      case Node.Scalar scalar ->
          switch (scalar.kind()) {
            case TEXT -> "text";
            case INTEGER, FLOAT -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "empty";
          };
    };
  }

  /** {@code did you mean "x"?}, or the names there are. */
  static String suggest(String name, Collection<String> known) {
    return Suggestion.closest(name, known)
        .map(close -> "did you mean " + quote(close) + "?")
        .orElseGet(() -> known.isEmpty() ? "" : "one of " + String.join(", ", known));
  }

  private static boolean isSimple(String key) {
    for (int at = 0; at < key.length(); at++) {
      char c = key.charAt(at);
      boolean simple =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
      if (!simple) {
        return false;
      }
    }
    return !key.isEmpty() && key.length() <= ECHO;
  }
}
