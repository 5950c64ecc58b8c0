package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Powers;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.doctor.Examination;
import org.chrootlite.doctor.Finding;
import org.chrootlite.doctor.HostFindings;
import org.chrootlite.doctor.JailExamination;
import org.chrootlite.doctor.LimitFindings;
import org.chrootlite.doctor.Mark;
import org.chrootlite.doctor.ProbeBox;
import org.chrootlite.doctor.Section;
import org.chrootlite.host.Host;
import org.chrootlite.linux.Controller;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Rootfs;
import org.chrootlite.model.Sandbox;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.run.HostSettings;
import org.chrootlite.store.StoreException;

/** Examines this host, and what manifests need of it: in a place as runs have one, with launchers as runs have them. */
final class Doctor {
  private static final String STATE = "State";
  private static final String JAIL = "Sandboxes";
  private static final String LIMITS = "Limits";
  private static final String OTHERS = "Beside them";
  private static final String GROUPS = "control groups";
  private static final String KEPT = "kept layers";

  private final Path home;
  private final Watcher watcher;

  Doctor(Path home, Watcher watcher) {
    this.home = home;
    this.watcher = watcher;
  }

  /** What this host can enforce. */
  Examination host(String searchPath) throws IOException {
    Host host = Host.current();
    List<Section> sections = new ArrayList<>();
    Workshop workshop;
    try {
      workshop = Workshop.open(home, watcher);
    } catch (StoreException e) {
      sections.add(new Section(STATE, List.of(HostFindings.unusable(e))));
      sections.add(new Section(JAIL, List.of(Finding.untried("all of it", "needs a state directory"))));
      sections.add(limits(RunGroup.expected(host), Optional.empty()));
      sections.add(others(searchPath));
      return examination(host, sections);
    }
    List<Finding> state = new ArrayList<>(List.of(HostFindings.space(home)));
    state.addAll(new StateFiles(workshop.state()).findings());
    sections.add(new Section(STATE, state));
    try (TrialPlace place = TrialPlace.in(workshop)) {
      Path root = place.directory().resolve("rootfs");
      ProbeBox.makeRoot(root, host.architecture());
      Tried tried = jail(place, root);
      sections.add(new Section(JAIL, tried.jail()));
      sections.add(limits(tried.powers(), tried.leftOver()));
    }
    sections.add(others(searchPath));
    return examination(host, sections);
  }

  /** How well these sandboxes and their limits can be kept. */
  Examination manifests(List<Sandbox> sandboxes) throws IOException {
    Workshop workshop = Workshop.open(home, watcher);
    List<Section> sections = new ArrayList<>();
    for (Sandbox sandbox : sandboxes) {
      sections.addAll(new SandboxDoctor(workshop, sandbox).sections());
    }
    return examination(workshop.host(), sections);
  }

  private static Examination examination(Host host, List<Section> sections) {
    return new Examination(
        System.getProperty("os.version", "?"),
        host.architecture().name().toLowerCase(Locale.ROOT),
        host.user().name(),
        host.user().uid(),
        sections);
  }

  private static Section others(String searchPath) {
    return new Section(
        OTHERS,
        List.of(
            HostFindings.cores(HostSettings.OF_HOST),
            HostFindings.program("git", "the revision of manifests in the history", searchPath),
            HostFindings.program("du", "the size of what sandboxes keep", searchPath)));
  }

  /**
   * What came of a trial.
   *
   * @param leftOver why the control group of the trial could not be removed
   */
  private record Tried(List<Finding> jail, Powers powers, Optional<Gap> leftOver) {}

  private static Tried jail(TrialPlace place, Path root) throws IOException {
    Host host = place.workshop().host();
    Sandbox box = ProbeBox.of(root, Rootfs.Writes.DISCARD);
    RunGroup group = RunGroup.of(place.run().id(), place.directory(), box, box.limits(), host);
    List<Finding> findings;
    try {
      JailPlan plan = plan(place, box, root, group.powers());
      findings = new ArrayList<>(JailExamination.examine(plan, place.trial(), HostSettings.OF_HOST));
      findings.add(kept(place, root, group.powers(), findings));
    } catch (IOException e) {
      try (group) {
        throw e;
      }
    }
    Optional<Gap> leftOver = Optional.empty();
    try {
      group.close();
    } catch (IOException e) {
      leftOver = Optional.of(new Gap("a group can be made, but not removed: " + e.getMessage(), "rmdir it"));
    }
    return new Tried(findings, group.powers(), leftOver);
  }

  private static JailPlan plan(TrialPlace place, Sandbox box, Path root, Powers powers) throws IOException {
    boolean keeps = box.rootfs().keeps();
    Provisions provisions =
        new Provisioner(place.workshop().host())
            .provide(
                box,
                box.limits(),
                new ScriptText(new byte[0]),
                PreparedRootfs.ofDirectory(root),
                keeps ? Optional.of(place.layer()) : Optional.empty(),
                keeps ? withoutOwners(place.identity()) : place.identity(),
                powers);
    return JailPlanner.plan(box, box.scripts().getFirst(), provisions);
  }

  /** Whether owners can be mapped is another question. */
  private static Provisions.Identity withoutOwners(Provisions.Identity identity) {
    return switch (identity) {
      case Provisions.Identity.Caller caller -> caller;
      case Provisions.Identity.Slot slot -> new Provisions.Identity.Slot(slot.uid(), false);
    };
  }

  /** Tried only where the rest works: else it would fail for the same reason. */
  private static Finding kept(TrialPlace place, Path root, Powers powers, List<Finding> jail) throws IOException {
    for (Finding finding : jail) {
      if (finding.mark() == Mark.MISSING) {
        return Finding.untried(KEPT, "not tried without: " + finding.about());
      }
    }
    JailPlan plan = plan(place, ProbeBox.of(root, Rootfs.Writes.KEEP), root, powers);
    Optional<Gap> obstacle = JailExamination.obstacle(plan, place.trial(), HostSettings.OF_HOST);
    return obstacle
        .map(gap -> Finding.missing(KEPT, gap))
        .orElseGet(() -> Finding.ok(KEPT, "an overlay of the state directory's file system (writes: keep)"));
  }

  private static Section limits(Powers powers, Optional<Gap> leftOver) {
    List<Finding> findings = new ArrayList<>();
    findings.add(groups(powers, leftOver));
    findings.addAll(LimitFindings.of(powers));
    return new Section(LIMITS, findings);
  }

  private static Finding groups(Powers powers, Optional<Gap> leftOver) {
    return switch (powers.group()) {
      case Powers.Group.None(Gap gap) -> Finding.missing(GROUPS, gap);
      case Powers.Group.Joined joined -> {
        String detail = joined.means().id() + ": " + names(joined.controllers());
        Optional<Gap> gap = leftOver.or(joined::missing);
        yield gap.isPresent()
            ? Finding.degraded(GROUPS, detail, gap.get())
            : Finding.ok(GROUPS, detail + "; one was made and removed");
      }
    };
  }

  private static String names(Set<Controller> controllers) {
    Set<String> names = new TreeSet<>();
    controllers.forEach(controller -> names.add(controller.id()));
    return String.join(", ", names);
  }
}
