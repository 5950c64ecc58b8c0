package org.chrootlite.engine;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.doctor.Finding;
import org.chrootlite.host.HostUser;
import org.chrootlite.host.MountTable;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Sandbox;
import org.chrootlite.run.HostSettings;

/** Examines what a sandbox mounts of the host: whether scripts may use it, and what they share with the host by it. */
record MountFindings(MountTable table, HostUser user) {
  List<Finding> of(Sandbox sandbox) {
    List<Finding> findings = new ArrayList<>();
    for (Mount mount : sandbox.mounts()) {
      if (mount instanceof Mount.Bind bind) {
        add(bind, findings);
      }
    }
    return findings;
  }

  private void add(Mount.Bind bind, List<Finding> findings) {
    String about = "mount " + bind.target();
    if (!Files.exists(bind.source())) {
      String why = bind.source() + " is not there any more";
      findings.add(Finding.missing(about, new Gap(why, "make it, or see " + StepText.of(bind.origin()))));
      return;
    }
    findings.add(use(about, bind));
    if (bind.sockets()) {
      findings.add(
          Finding.note(
              about,
              "sockets: true: scripts reach the programs of the host that listen in it, whatever network says"));
    } else if (bind.readOnly()) {
      new MountSources(table, user).obstacle(bind.source()).ifPresent(gap -> findings.add(shared(about, gap)));
    } else if (Files.isDirectory(bind.source())) {
      findings.add(
          Finding.note(
              about,
              "a socket or FIFO that the host makes in it during a run can be used by scripts: keep such programs away"
                  + " from it"));
    }
  }

  private Finding use(String about, Mount.Bind bind) {
    String detail = bind.source() + (bind.readOnly() ? ", read-only" : ", writable");
    Optional<Gap> sockets = new SocketSearch(table, user, () -> false).gap(bind);
    if (sockets.isPresent()) {
      return Finding.missing(about, sockets.get());
    }
    Optional<Gap> owner = user.isRoot() ? new MountOwners(HostSettings.OF_HOST).gap(bind) : Optional.empty();
    return owner.isPresent() ? Finding.degraded(about, detail, owner.get()) : Finding.ok(about, detail);
  }

  private static Finding shared(String about, Gap gap) {
    return Finding.note(
        about, "shares its inodes with the host, and so file locks and inotify events: " + gap);
  }
}
