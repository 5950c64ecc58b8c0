package org.chrootlite.engine;

import java.io.IOException;
import java.util.Optional;
import org.chrootlite.compile.step.ScriptText;

/** What a job executes: as it was applied, whatever has become of its file since. */
final class JobText {
  private final Workshop workshop;

  JobText(Workshop workshop) {
    this.workshop = workshop;
  }

  ScriptText of(Job job) throws IOException, EngineException {
    if (job.content().isEmpty()) {
      return ScriptFile.of(job.script());
    }
    Optional<byte[]> stored = workshop.state().files().get(job.content().get().digest());
    if (stored.isEmpty()) {
      throw new EngineException(
          "%s: what was applied as its file is gone from %s, or altered: apply %s again"
              .formatted(job.name(), workshop.state().home(), job.sandbox().file()));
    }
    return new ScriptText(stored.get());
  }
}
