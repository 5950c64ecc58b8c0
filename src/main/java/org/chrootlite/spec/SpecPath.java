package org.chrootlite.spec;

/**
 * How settings are named: as in the manifest's diagnostics, such as {@code limits.memory}, {@code
 * scripts.hello.artifacts[0]} and {@code environment["a.b"]}. Different places have different names.
 */
public final class SpecPath {
  private SpecPath() {}

  /** The name of what is below {@code path} under this key. */
  public static String child(String path, String key) {
    if (!isSimple(key)) {
      return path + '[' + TextForm.quoted(key) + ']';
    }
    return path.isEmpty() ? key : path + '.' + key;
  }

  /** The name of an item of the list at {@code path}. */
  static String item(String path, int index) {
    return path + '[' + index + ']';
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
    return !key.isEmpty();
  }
}
