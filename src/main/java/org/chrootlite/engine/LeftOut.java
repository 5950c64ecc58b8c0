package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.manifest.Reading;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Scope;

/** Sees to it that a document that was not understood deletes nothing. */
final class LeftOut {
  private LeftOut() {}

  /**
   * The scope of an apply, without pruning where a document was passed over.
   *
   * @throws EngineException where a sandbox was applied from the file of such a document: it may be the sandbox's own
   */
  static Scope narrow(Scope scope, Reading reading, List<Applied> before) throws IOException, EngineException {
    for (Position position : reading.leftOut()) {
      Path file = Path.of(position.file()).toRealPath();
      for (Applied applied : before) {
        if (applied.source().manifest().equals(file)) {
          throw new EngineException(
              "%s:%d: is not a sandbox, but %s was applied from this file: correct its apiVersion and kind; or, if it"
                      .formatted(position.file(), position.line(), applied.name())
                  + " should go: chroot-lite delete " + applied.name());
        }
      }
    }
    return reading.leftOut().isEmpty() ? scope : new Scope(scope.paths(), false);
  }
}
