package org.chrootlite.doctor;

import java.util.Locale;

/** What was found, in a word. */
public enum Mark {
  /** It works, or holds. */
  OK,
  /** Nothing that a limit or a promise depends on, but worth knowing. */
  NOTE,
  /** It works for less, or holds for more, than it should. */
  DEGRADED,
  /** It does not work, or does not hold. */
  MISSING,
  /** Nobody knows, as something else that it needs is missing. */
  UNTRIED;

  /** As people and programs read it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether something should be done about it. */
  public boolean isGap() {
    return switch (this) {
      case DEGRADED, MISSING -> true;
      case OK, NOTE, UNTRIED -> false;
    };
  }
}
