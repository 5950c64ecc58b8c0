package org.chrootlite.diagnostic;

/** How bad it is. */
public enum Severity {
  /** The input cannot be used. */
  ERROR,
  /** The input can be used, but perhaps does not say what its author means. */
  WARNING
}
