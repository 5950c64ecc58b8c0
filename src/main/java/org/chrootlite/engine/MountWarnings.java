package org.chrootlite.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.chrootlite.diagnostic.Diagnostic;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.diagnostic.Severity;
import org.chrootlite.manifest.Reading;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;

/** Warns of mounts in which there are sockets or FIFOs now: runs are refused until they are gone or asked for. */
record MountWarnings(SocketSearch search) {
  private static final Comparator<Diagnostic> BY_PLACE =
      Comparator.comparing((Diagnostic diagnostic) -> diagnostic.position().file())
          .thenComparingInt(diagnostic -> diagnostic.position().line())
          .thenComparingInt(diagnostic -> diagnostic.position().column());

  Reading added(Reading reading) {
    List<Diagnostic> all = new ArrayList<>(reading.diagnostics());
    for (Sandbox sandbox : reading.sandboxes()) {
      for (Mount mount : sandbox.mounts()) {
        if (mount instanceof Mount.Bind bind
            && bind.origin() instanceof Origin.Line(String file, int line, String path)) {
          search
              .gap(bind)
              .ifPresent(
                  gap ->
                      all.add(
                          new Diagnostic(
                              Severity.WARNING, new Position(file, line, 0, 1), path, gap.why(), gap.remedy())));
        }
      }
    }
    all.sort(BY_PLACE);
    return new Reading(reading.sandboxes(), all, reading.sources(), reading.leftOut());
  }
}
