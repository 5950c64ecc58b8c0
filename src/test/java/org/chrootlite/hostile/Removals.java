package org.chrootlite.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.host.Host;

/** Takes one step after the other out of plans, and finds out who notices. */
final class Removals implements AutoCloseable {
  /** How many runs go on at a time: some only wait for something that does not happen. */
  private static final int PLACES = 3;

  /** How long a script may say nothing, in milliseconds: where all is well it speaks after some twenty. */
  private static final long PATIENCE = 20_000;

  /** What the table says of a step that no check has missed. */
  static final String NOBODY = "NOBODY NOTICES";

  private static final long IMPATIENCE = 4_000;

  /** The number that the status file must get, and one that nobody minds. */
  private static final List<Integer> LEAKS = List.of(3, 20);

  private final Programs programs;
  private final Host host;
  private final Who who;
  private final BlockingQueue<Ground> grounds = new ArrayBlockingQueue<>(PLACES);
  private final Set<Class<?>> kinds = new HashSet<>();
  private final Set<String> broken = new ConcurrentSkipListSet<>();

  /** Makes places below a directory that everybody may enter. */
  Removals(Path directory, Programs programs, Host host, Who who) throws IOException {
    this.programs = programs;
    this.host = host;
    this.who = who;
    for (int i = 0; i < PLACES; i++) {
      Path place = Files.createDirectory(directory.resolve(who + "-" + i));
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
      grounds.add(Ground.make(place, programs, who, who.identity(host)));
    }
  }

  @Override
  public void close() throws IOException {
    for (Ground ground : grounds) {
      ground.close();
    }
  }

  /** The kinds of steps that were tried. */
  Set<Class<?>> kinds() {
    return Set.copyOf(kinds);
  }

  /** The checks that something has broken. */
  Set<String> broken() {
    return Set.copyOf(broken);
  }

  /** A line for each step of each subject: what notices that it is missing. A step that was tried before has none. */
  String table() throws Exception {
    List<Future<String>> lines = new ArrayList<>();
    Set<Map.Entry<JailPlan.Actor, String>> tried = new HashSet<>();
    StringBuilder table = new StringBuilder();
    Ground any = grounds.element();
    try (ExecutorService threads = Executors.newFixedThreadPool(PLACES)) {
      for (Subject subject : Subject.ALL) {
        lines.add(threads.submit(() -> onGround(ground -> whole(subject, ground))));
        JailPlan plan = subject.plan(any, host);
        for (int i = 0; i < plan.steps().size(); i++) {
          kinds.add(plan.steps().get(i).getClass());
          if (tried.add(Map.entry(plan.actorOf(i), text(plan.steps().get(i), any)))) {
            int index = i;
            lines.add(threads.submit(() -> onGround(ground -> without(subject, ground, index))));
          }
        }
      }
      for (Weakening weakening : Weakening.all(who.isRoot())) {
        lines.add(threads.submit(() -> onGround(ground -> weakened(weakening, ground))));
      }
      for (Future<String> line : lines) {
        table.append(line.get());
      }
    }
    return table.toString();
  }

  private interface Work {
    String on(Ground ground) throws IOException, InterruptedException;
  }

  private String onGround(Work work) throws IOException, InterruptedException {
    Ground ground = grounds.take();
    try {
      return work.on(ground);
    } finally {
      grounds.put(ground);
    }
  }

  /** With all its steps, everything holds. */
  private String whole(Subject subject, Ground ground) throws IOException, InterruptedException {
    Trial trial = new Trial(programs, host, ground, subject);
    JailPlan plan = subject.plan(ground, host);
    List<String> unasked = List.of();
    for (Scenario scenario : Scenario.values()) {
      Findings findings = trial.run(plan, scenario, PATIENCE, LEAKS);
      assertEquals(Optional.empty(), findings.wrong(), () -> subject + ", " + scenario + ": " + findings);
      if (scenario == Scenario.ATTACK) {
        unasked = findings.unasked();
      }
    }
    return "%s: all held; not asked: %s%n".formatted(subject, String.join(", ", unasked));
  }

  private String without(Subject subject, Ground ground, int index) throws IOException, InterruptedException {
    Trial trial = new Trial(programs, host, ground, subject);
    JailPlan plan = subject.plan(ground, host);
    JailPlan less = without(plan, Set.of(index));
    Optional<String> noticed = noticed(trial, less);
    if (noticed.isEmpty()) {
      noticed = asSecondNet(trial, plan, index);
    }
    if (plan.steps().get(index) instanceof Step.WaitForInit) {
      // How far it gets there depends on how far init has got.
      noticed = noticed.map(any -> "outer goes on with init's steps");
    }
    String actor = plan.actorOf(index).name().toLowerCase(Locale.ROOT);
    String step = text(plan.steps().get(index), ground);
    return line(actor, step, noticed, ground);
  }

  private String weakened(Weakening weakening, Ground ground) throws IOException, InterruptedException {
    Trial trial = new Trial(programs, host, ground, weakening.subject());
    JailPlan less = weakening.applied(weakening.subject().plan(ground, host));
    return line("part", weakening.name(), noticed(trial, less), ground);
  }

  private String line(String actor, String what, Optional<String> noticed, Ground ground) {
    return " %6s  %s%n             %s%n".formatted(actor, what, normal(noticed.orElse(NOBODY), ground));
  }

  private Optional<String> noticed(Trial trial, JailPlan less) throws IOException, InterruptedException {
    for (Scenario scenario : Scenario.values()) {
      Findings findings = trial.run(less, scenario, IMPATIENCE, LEAKS);
      broken.addAll(findings.provenBroken());
      if (findings.wrong().isPresent()) {
        return findings.wrong();
      }
    }
    return Optional.empty();
  }

  private Optional<String> asSecondNet(Trial trial, JailPlan plan, int index) throws IOException, InterruptedException {
    Optional<SecondNet> found = SecondNet.of(plan, index);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    SecondNet net = found.get();
    Set<Integer> first = net.first(plan);
    Set<Integer> both = new HashSet<>(first);
    both.add(index);
    Findings held = trial.run(without(plan, first), Scenario.ATTACK, IMPATIENCE, net.leaks());
    Findings lost = trial.run(without(plan, both), Scenario.ATTACK, IMPATIENCE, net.leaks());
    broken.addAll(lost.provenBroken());
    assertFalse(held.isBroken(net.check()) || held.failed().isPresent(), () -> net + ": " + held);
    if (!lost.isBroken(net.check())) {
      return Optional.empty();
    }
    List<String> covers = first.stream().map(one -> '"' + StepText.of(plan.steps().get(one)) + '"').toList();
    return Optional.of(net.check() + ", were it not for " + String.join(" and ", covers));
  }

  /** Breaks what no removal breaks first: somebody else notices before. */
  void breakTheRest() throws IOException, InterruptedException {
    onGround(
        ground -> {
          Trial trial = new Trial(programs, host, ground, Subject.EVERYTHING);
          JailPlan plan = Subject.EVERYTHING.plan(ground, host);
          lose(trial, plan, Step.DieWithOuter.class, Scenario.LAUNCHER_KILLED);
          lose(trial, plan, Step.CollectArtifact.class, Scenario.LINKS);
          lose(trial, plan, Step.ReportEnd.class, Scenario.LINKS);
          lose(trial, plan, Step.DropCapabilities.class, Scenario.UNPERMITTED);
          return "";
        });
  }

  private void lose(Trial trial, JailPlan plan, Class<? extends Step> type, Scenario scenario)
      throws IOException, InterruptedException {
    Set<Integer> steps = new HashSet<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      if (type.isInstance(plan.steps().get(i))) {
        steps.add(i);
      }
    }
    broken.addAll(trial.run(without(plan, steps), scenario, IMPATIENCE, LEAKS).provenBroken());
  }

  private static JailPlan without(JailPlan plan, Set<Integer> indexes) {
    Map<JailPlan.Actor, List<Step>> kept = new EnumMap<>(JailPlan.Actor.class);
    for (int i = 0; i < plan.steps().size(); i++) {
      if (!indexes.contains(i)) {
        kept.computeIfAbsent(plan.actorOf(i), actor -> new ArrayList<>()).add(plan.steps().get(i));
      }
    }
    return new JailPlan(
        steps(kept, JailPlan.Actor.OUTER), steps(kept, JailPlan.Actor.INIT), steps(kept, JailPlan.Actor.SCRIPT));
  }

  private static List<Step> steps(Map<JailPlan.Actor, List<Step>> kept, JailPlan.Actor actor) {
    return kept.getOrDefault(actor, List.of());
  }

  private String text(Step step, Ground ground) {
    return normal(step instanceof Step.FilterSyscalls ? "filter system calls" : StepText.of(step), ground);
  }

  /** The same on every host. */
  private String normal(String text, Ground ground) {
    String uid = Long.toString(ground.identity().uid());
    return text.replace(ground.path("").toString(), "/host")
        .replace(uid, who.isRoot() ? "SLOT" : "CALLER")
        .replaceAll("seccomp: [^\"]*", "filter system calls");
  }
}
