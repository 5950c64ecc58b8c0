package org.chrootlite.engine;

import java.util.Optional;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.run.SubstituteSupervisor;

/** What a run is for. */
sealed interface Purpose {
  /** Somebody asked for it: it is put on record, and what it prints is kept. */
  record Asked() implements Purpose {}

  /**
   * It tries a sandbox. It leaves nothing behind: what its runs together have shown is put on record.
   *
   * @param text what is executed in place of the script's file
   * @param supervisor what stops the script in place of this process; empty for this process
   */
  record Probe(ScriptText text, Optional<SubstituteSupervisor> supervisor) implements Purpose {}
}
