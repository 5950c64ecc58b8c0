package org.chrootlite.model;

import java.nio.file.Path;

/** What a script reads as its standard input. */
public sealed interface Stdin {
  /** The caller's, when the caller runs one script; else nothing. */
  record Caller() implements Stdin {}

  /** This text, in UTF-8. */
  record Text(String text) implements Stdin {}

  /** A file of the host, absolute. */
  record File(Path path) implements Stdin {}
}
