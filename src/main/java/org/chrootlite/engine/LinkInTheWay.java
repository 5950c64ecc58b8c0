package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.chrootlite.compile.step.Step;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.linux.Errno;
import org.chrootlite.model.Sandbox;
import org.chrootlite.rootfs.FinishedRoot;
import org.chrootlite.run.Judgement;
import org.chrootlite.run.Report;

/** Names the link that kept a launcher from a place: the kernel says only that there is one. */
final class LinkInTheWay {
  private LinkInTheWay() {}

  /**
   * The judgement, with the link in its evidence where a link ended the run.
   *
   * @param rootfs the lower layer of the root
   * @param layer what the sandbox keeps; empty where nothing is kept
   */
  static Judgement named(Judgement judgement, Report report, Sandbox sandbox, Path rootfs, Optional<Path> layer)
      throws IOException {
    Optional<String> place = report.failure().flatMap(LinkInTheWay::place);
    if (place.isEmpty()) {
      return judgement;
    }
    return new FinishedRoot(sandbox, rootfs, layer.map(one -> one.resolve("upper")))
        .linkOnTheWayTo(place.get())
        .map(link -> judgement.withEvidence(judgement.evidence() + "; the link is " + Printable.escape(link)))
        .orElse(judgement);
  }

  private static Optional<String> place(Report.Failed failure) {
    if (failure.errno() != Errno.ELOOP.number()) {
      return Optional.empty();
    }
    if (failure.at().step() instanceof Step.Attach attach) {
      return Optional.of(attach.target());
    }
    return failure.at().step() instanceof Step.ChangeDirectory change ? Optional.of(change.path()) : Optional.empty();
  }
}
