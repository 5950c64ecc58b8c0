package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.chrootlite.compile.Provisions;
import org.chrootlite.doctor.LauncherTrial;
import org.chrootlite.doctor.Trial;
import org.chrootlite.store.Runs;
import org.chrootlite.store.UidSlots;

/**
 * A place to try launchers in, as runs have one: with a user of its own where root asks. It is on no record, and gone
 * when it is closed.
 *
 * @param run the place
 * @param slot who runs there are; empty for an ordinary user, whose runs are himself
 */
record TrialPlace(Workshop workshop, Runs.Run run, Optional<UidSlots.Slot> slot) implements AutoCloseable {
  /** Makes one. */
  static TrialPlace in(Workshop workshop) throws IOException {
    Optional<UidSlots.Slot> slot =
        workshop.host().user().isRoot() ? Optional.of(workshop.state().uidSlots().acquire()) : Optional.empty();
    try {
      String permissions = slot.isPresent() ? "rwx--x--x" : "rwx------";
      Runs.Run run =
          workshop.state().runs().createUnrecorded(Instant.now(), PosixFilePermissions.fromString(permissions));
      return new TrialPlace(workshop, run, slot);
    } catch (IOException e) {
      if (slot.isPresent()) {
        slot.get().close();
      }
      throw e;
    }
  }

  /** Where everything may be put. */
  Path directory() {
    return run.directory();
  }

  /** Tries plans there. */
  Trial trial() {
    return new LauncherTrial(directory(), workshop.host().architecture());
  }

  /** Who runs are. That owners can be mapped is found out. */
  Provisions.Identity identity() {
    return slot.isPresent()
        ? new Provisions.Identity.Slot(slot.get().uid(), true)
        : new Provisions.Identity.Caller(workshop.host().user().uid(), workshop.host().user().gid());
  }

  /** Makes a layer to be kept, with the directories that an overlay needs. */
  Path layer() throws IOException {
    Path layer = directory().resolve("layer");
    for (Path each : new Path[] {layer, layer.resolve("upper"), layer.resolve("work")}) {
      if (!Files.isDirectory(each)) {
        Files.createDirectory(each);
        Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx--x--x"));
        if (!each.equals(layer)) {
          Files.setAttribute(each, "unix:gid", (int) identity().gid());
          Files.setAttribute(each, "unix:uid", (int) identity().uid());
        }
      }
    }
    return layer;
  }

  @Override
  public void close() throws IOException {
    try (run) {
      if (slot.isPresent()) {
        slot.get().close();
      }
    }
  }
}
