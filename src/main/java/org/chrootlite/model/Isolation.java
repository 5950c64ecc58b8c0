package org.chrootlite.model;

/** What to do where the host cannot enforce all that is asked for. */
public enum Isolation {
  /** Refuse to run. */
  STRICT,
  /** Run, and report what is missing. */
  BEST_EFFORT
}
