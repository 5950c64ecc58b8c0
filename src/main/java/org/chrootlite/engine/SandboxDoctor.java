package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Powers;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.doctor.Finding;
import org.chrootlite.doctor.JailExamination;
import org.chrootlite.doctor.LimitFindings;
import org.chrootlite.doctor.ProbeBox;
import org.chrootlite.doctor.Section;
import org.chrootlite.host.Host;
import org.chrootlite.host.MountTable;
import org.chrootlite.model.Action;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Isolation;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Mount;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.rootfs.Recipes;
import org.chrootlite.run.HostSettings;

/** Examines what one sandbox needs of this host: its jail is built, with a program of ours in place of its scripts. */
final class SandboxDoctor {
  private static final String PROGRAM = "program";

  private final Workshop workshop;
  private final Sandbox sandbox;

  SandboxDoctor(Workshop workshop, Sandbox sandbox) {
    this.workshop = workshop;
    this.sandbox = sandbox;
  }

  List<Section> sections() throws IOException {
    List<Finding> findings = new ArrayList<>();
    Optional<PreparedRootfs> tree = rootfs(findings);
    findings.addAll(new MountFindings(MountTable.current(), workshop.host().user()).of(sandbox));
    Powers powers;
    try (TrialPlace place = TrialPlace.in(workshop)) {
      powers = jail(place, tree, findings);
    }
    List<Section> sections = new ArrayList<>();
    sections.add(new Section(sandbox.name().value() + " (" + sandbox.file() + ")", findings));
    for (Script script : sandbox.scripts()) {
      sections.add(job(script, tree, powers));
    }
    return sections;
  }

  private Optional<PreparedRootfs> rootfs(List<Finding> findings) {
    String about = "rootfs";
    try {
      PreparedRootfs tree = workshop.rootfs().prepare(sandbox.rootfs().source().value());
      findings.add(Finding.ok(about, tree.describe()));
      return Optional.of(tree);
    } catch (IOException e) {
      String where = StepText.of(sandbox.rootfs().source().origin());
      findings.add(Finding.missing(about, new Gap(String.valueOf(e.getMessage()), "see " + where)));
      return Optional.empty();
    }
  }

  /** Builds the jail; what limits can be kept by is known then. */
  private Powers jail(TrialPlace place, Optional<PreparedRootfs> tree, List<Finding> findings) throws IOException {
    Host host = workshop.host();
    try (RunGroup group = RunGroup.of(place.run().id(), place.directory(), sandbox, sandbox.limits(), host)) {
      findings.add(
          tree.isPresent() ? jail(place, tree.get(), group) : Finding.untried("jail", "not tried without: rootfs"));
      return group.powers();
    }
  }

  private Finding jail(TrialPlace place, PreparedRootfs tree, RunGroup group) throws IOException {
    Provisions provisions =
        new Provisioner(workshop.host())
            .provide(
                sandbox,
                sandbox.limits(),
                new ScriptText(ProbeBox.program(workshop.host().architecture())),
                tree,
                sandbox.rootfs().keeps() ? Optional.of(place.layer()) : Optional.empty(),
                identity(place),
                group.powers());
    Script script = ProbeBox.script(sandbox.limits());
    Optional<Gap> obstacle =
        JailExamination.obstacle(
            JailPlanner.plan(sandbox, script, provisions), place.trial(), HostSettings.OF_HOST);
    return obstacle
        .map(gap -> Finding.missing("jail", gap))
        .orElseGet(() -> Finding.ok("jail", "built as for its scripts, with these mounts and limits"));
  }

  /** As runs of it are: whether owners are mapped is for the host's examination. */
  private Provisions.Identity identity(TrialPlace place) {
    return switch (place.identity()) {
      case Provisions.Identity.Caller caller -> caller;
      case Provisions.Identity.Slot slot -> workshop.compiler().slot(slot.uid());
    };
  }

  private Section job(Script script, Optional<PreparedRootfs> tree, Powers powers) throws IOException {
    List<Finding> findings = new ArrayList<>();
    if (tree.isPresent()) {
      findings.add(program(script, tree.get(), powers));
    }
    Map<LimitKind, Enforcement> enforced =
        Enforcement.of(script.limits(), sandbox.rootfs().writes().value(), powers);
    findings.addAll(LimitFindings.of(enforced));
    findings.add(verdict(enforced));
    return new Section(sandbox.name().value() + "/" + script.name(), findings);
  }

  private Finding verdict(Map<LimitKind, Enforcement> enforced) {
    String about = "run";
    if (Shortfall.of(enforced).isEmpty()) {
      return Finding.ok(about, "all its limits hold");
    }
    return sandbox.isolation().value() == Isolation.BEST_EFFORT
        ? Finding.note(about, "runs without what is missing, by isolation: best-effort")
        : Finding.note(about, "is refused, unless with --allow-degraded");
  }

  private Finding program(Script script, PreparedRootfs tree, Powers powers) throws IOException {
    ScriptText text;
    try {
      text = ScriptFile.of(script);
    } catch (EngineException e) {
      return Finding.missing(
          PROGRAM, new Gap(String.valueOf(e.getMessage()), "see " + StepText.of(script.action().origin())));
    }
    List<String> candidates = candidates(script, text, tree, powers);
    for (String candidate : candidates) {
      if (!candidate.startsWith("/")) {
        return Finding.note(PROGRAM, candidate + " is looked for when the script runs");
      }
      if (tree.executable(candidate, List.of()).isPresent()) {
        return Finding.ok(PROGRAM, candidate);
      }
      if (isMounted(candidate)) {
        return Finding.note(PROGRAM, candidate + " is looked for in what is mounted, when the script runs");
      }
    }
    if (!candidates.isEmpty()) {
      return absent(candidates, tree);
    }
    return Advice.isElf(text.bytes())
        ? Finding.ok(PROGRAM, "the script itself")
        : Finding.missing(PROGRAM, new Gap(Advice.NO_LINE, Advice.BEGIN_WITH_ONE));
  }

  /** Where the program is that the script's launcher executes, or its interpreter; nothing for a program by itself. */
  private List<String> candidates(Script script, ScriptText text, PreparedRootfs tree, Powers powers)
      throws IOException {
    if (script.action().value() instanceof Action.File(Path path, List<String> interpreter) && interpreter.isEmpty()) {
      List<String> line = FirstLine.interpreter(text.bytes());
      return line.isEmpty() ? List.of() : List.of(line.getFirst());
    }
    // Only its end is read, which does not depend on the layer or the user.
    Provisions.Identity identity = workshop.compiler().identity(Optional.empty());
    Step last =
        workshop.compiler().compile(sandbox, script, text, tree, identity, powers).plan().script().getLast();
    return last instanceof Step.Execute execute ? execute.paths() : List.of();
  }

  private Finding absent(List<String> candidates, PreparedRootfs tree) throws IOException {
    String name = candidates.getFirst().substring(candidates.getFirst().lastIndexOf('/') + 1);
    if (sandbox.rootfs().keeps()) {
      return Finding.note(PROGRAM, name + " is not in the rootfs; an earlier run may have put it there");
    }
    Optional<String> other =
        sandbox.rootfs().source().value() instanceof RootfsSource.Template(String current)
            ? Recipes.templateWith(name, current)
            : Optional.empty();
    return Finding.missing(
        PROGRAM,
        new Gap(
            (candidates.size() == 1 ? candidates.getFirst() : name) + " is not in the rootfs, " + tree.describe(),
            other
                .map(template -> "use rootfs: {template: " + template + "}, which has it")
                .orElse("use a rootfs that has it, or mount it")));
  }

  private boolean isMounted(String path) {
    for (Mount mount : sandbox.mounts()) {
      if (path.equals(mount.target()) || path.startsWith(mount.target() + "/")) {
        return true;
      }
    }
    return false;
  }
}
