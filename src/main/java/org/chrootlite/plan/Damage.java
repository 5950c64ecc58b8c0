package org.chrootlite.plan;

/** What has happened to something behind our back. */
public enum Damage {
  MISSING,
  ALTERED
}
