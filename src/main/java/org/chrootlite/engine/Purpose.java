package org.chrootlite.engine;

import org.chrootlite.compile.step.ScriptText;

/** What a run is for. */
sealed interface Purpose {
  /** Somebody asked for it: it is put on record, and what it prints is kept. */
  record Asked() implements Purpose {}

  /**
   * It tries a sandbox. It leaves nothing behind: what its runs together have shown is put on record.
   *
   * @param text what is executed in place of the script's file
   */
  record Probe(ScriptText text) implements Purpose {}
}
