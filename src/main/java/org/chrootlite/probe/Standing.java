package org.chrootlite.probe;

import java.util.Locale;

/** Whether something is as it should be. */
public enum Standing {
  HOLDS,
  BROKEN,
  /** It is not promised: the manifest grants it, limits nothing, or the machine has nothing that it is about. */
  ABSENT;

  /** As programs are told. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
