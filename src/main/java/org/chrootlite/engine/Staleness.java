package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chrootlite.model.Action;
import org.chrootlite.model.Sha256;
import org.chrootlite.plan.Content;
import org.chrootlite.plan.Source;

/** Notices that what was applied is not what is written now. What is gone is not missed: no run needs it. */
final class Staleness {
  private Staleness() {}

  /** A line for each file that has changed since these jobs were applied. */
  static List<String> of(Collection<Job> jobs) throws IOException {
    List<String> lines = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    for (Job job : jobs) {
      if (job.applied().isPresent()) {
        Source source = job.applied().get().source();
        Path manifest = source.manifest();
        if (seen.add(manifest) && !Manifest.digestOf(manifest).orElse(source.digest()).equals(source.digest())) {
          lines.add(line(Manifest.shown(manifest), Manifest.shown(manifest)));
        }
      }
    }
    for (Job job : jobs) {
      if (job.content().isPresent()
          && job.script().action().value() instanceof Action.File file
          && seen.add(file.path())
          && isAnother(file.path(), job.content().get())) {
        lines.add(line(Manifest.shown(file.path()), job.sandbox().file()));
      }
    }
    return lines;
  }

  private static String line(String file, String manifest) {
    return file + " was changed since it was applied, and runs as it was: chroot-lite apply " + manifest;
  }

  private static boolean isAnother(Path file, Content applied) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return false;
    }
    return Files.size(file) != applied.size()
        || !Sha256.of(Files.readAllBytes(file)).equals(applied.digest());
  }
}
