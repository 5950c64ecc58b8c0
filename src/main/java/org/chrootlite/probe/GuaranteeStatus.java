package org.chrootlite.probe;

import java.util.Locale;

/** Whether a guarantee holds. */
public enum GuaranteeStatus {
  HOLDS,
  BROKEN,
  /** Nothing is promised: the manifest grants it or sets no limit, or this machine lacks what the promise is about. */
  ABSENT;

  /** The value in JSON: the name in lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
