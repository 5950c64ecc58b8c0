package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.manifest.Reading;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Scope;

/** Keeps documents that were not understood, and manifests that were not read, from deleting sandboxes. */
final class LeftOut {
  private LeftOut() {}

  /**
   * The scope of an apply, without pruning where a document was passed over, and without manifests that are there but
   * were not read: hidden ones, those below a link to a directory, those with another suffix.
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
    return new Scope(scope.paths(), scope.prune() && reading.leftOut().isEmpty(), unread(scope, reading, before));
  }

  private static Set<Path> unread(Scope scope, Reading reading, List<Applied> before) throws IOException {
    Set<Path> unread = new HashSet<>();
    for (Applied applied : before) {
      Path manifest = applied.source().manifest();
      if (scope.contains(manifest) && !Files.notExists(manifest)) {
        unread.add(manifest);
      }
    }
    if (!unread.isEmpty()) {
      for (String file : reading.sources().keySet()) {
        Path real = Path.of(file).toRealPath();
        unread.remove(real);
        // A manifest that has become a link was read by its own name, too.
        Path named = Path.of(file).toAbsolutePath();
        Path directory = named.getParent();
        unread.remove(directory == null ? named : directory.toRealPath().resolve(named.getFileName()));
      }
    }
    return unread;
  }
}
