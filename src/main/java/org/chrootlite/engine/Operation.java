package org.chrootlite.engine;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.chrootlite.store.RunId;

/**
 * Something that changes sandboxes, as the history knows it.
 *
 * @param id such as {@code 20261122T081500Z-4f7c1e}
 * @param subjects what it is about: paths, or names of sandboxes
 */
record Operation(String id, Type type, List<String> subjects, Instant began) {
  /** What is done. */
  enum Type {
    APPLY,
    DELETE,
    CLEANUP;

    /** As the history has it. */
    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the list. */
  Operation {
    subjects = List.copyOf(subjects);
  }

  /** One that begins now. */
  static Operation now(Type type, List<String> subjects) {
    Instant now = Instant.now();
    return new Operation(RunId.next(now), type, subjects, now);
  }

  /** For whom others wait, such as {@code apply of /srv/manifests}. */
  String describe() {
    return subjects.isEmpty() ? type.id() : type.id() + " of " + String.join(" ", subjects);
  }
}
