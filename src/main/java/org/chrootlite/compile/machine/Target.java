package org.chrootlite.compile.machine;

/** Where a program goes on. */
public sealed interface Target {
  /** The operation that follows. */
  Target NEXT = new Next();

  /** The operation that follows. */
  record Next() implements Target {}

  /** The operation after this label. */
  record Label(String name) implements Target {}
}
