package org.chrootlite.manifest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Paths inside a sandbox. */
final class SandboxPath {
  /** PATH_MAX without the NUL at the end. */
  static final int MAX_PATH = 4095;

  /** NAME_MAX. */
  static final int MAX_NAME = 255;

  private SandboxPath() {}

  /** The path without needless slashes and dots; null, with an error, where it is not a good one. */
  static @Nullable String read(Place place) {
    @Nullable String text = KernelText.read(place);
    if (text == null || !checkLength(place, text)) {
      return null;
    }
    if (!text.startsWith("/")) {
      place.error("must be an absolute path", text.isEmpty() ? "" : "did you mean " + Messages.quote("/" + text) + "?");
      return null;
    }
    List<String> names = new ArrayList<>();
    for (String name : text.split("/", -1)) {
      if (name.equals("..")) {
        place.error("must not have .. in it", "");
        return null;
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    if (names.isEmpty()) {
      place.error("must not be /", "");
      return null;
    }
    String first = names.getFirst();
    if (first.equals("proc") || first.equals("dev")) {
      place.error("must not be in /" + first + ", which is the sandbox's own", "");
      return null;
    }
    if (names.equals(List.of("run"))) {
      place.error("must not be /run, where the script is", "a directory below it can be used");
      return null;
    }
    return "/" + String.join("/", names);
  }

  /** Reports paths and names that are longer than Linux takes. */
  static boolean checkLength(Place place, String path) {
    if (KernelText.bytes(path) > MAX_PATH) {
      place.error("is longer than the " + MAX_PATH + " bytes that Linux takes for a path", "");
      return false;
    }
    for (String name : path.split("/", -1)) {
      if (KernelText.bytes(name) > MAX_NAME) {
        place.error("has a name that is longer than the " + MAX_NAME + " bytes that Linux takes", "");
        return false;
      }
    }
    return true;
  }

  /** Whether {@code path} is {@code directory} or lies in it; both without needless slashes and dots. */
  static boolean isIn(String path, String directory) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }
}
