package org.chrootlite.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Namespace;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Sandbox;
import org.chrootlite.run.HostSettings;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JailExaminationTest {
  private static final Provisions.Identity CALLER = new Provisions.Identity.Caller(1000, 1000);
  private static final Provisions.Identity ROOT = new Provisions.Identity.Slot(2_000_000_000L, true);

  private static final String BOX =
      """
      name: box
      limits: {openFiles: 64, wallTime: 5s}
      scripts: {hello: {command: [/probe]}}
      """;

  /** A host where the steps fail that it is told; what is executed works, but for directories. */
  private static final class FakeHost implements Trial {
    private final Predicate<Step> fails;
    private final Errno errno;
    private final List<JailPlan> tried = new ArrayList<>();

    FakeHost(Predicate<Step> fails, Errno errno) {
      this.fails = fails;
      this.errno = errno;
    }

    @Override
    public Outcome attempt(JailPlan plan) {
      tried.add(plan);
      assertTrue(plan.steps().getLast() instanceof Step.Execute, "a plan that ends in nothing: " + plan);
      for (Step step : plan.steps()) {
        if (fails.test(step)) {
          return new Outcome.Stopped(step, "call", errno.number());
        }
        if (step instanceof Step.Execute execute && execute.paths().equals(List.of("/"))) {
          return new Outcome.Stopped(step, "execve", Errno.EACCES.number());
        }
      }
      return new Outcome.Reached();
    }
  }

  private static JailPlan plan(Provisions.Identity identity) {
    Sandbox sandbox = Given.sandboxes(BOX).getFirst();
    return Given.launcher(sandbox, sandbox.scripts().getFirst(), identity, new ScriptText(new byte[0])).plan();
  }

  static Stream<Provisions.Identity> identities() {
    return Stream.of(CALLER, ROOT);
  }

  private static List<Finding> examine(JailPlan plan, Trial trial) throws IOException {
    return JailExamination.examine(plan, trial, HostSettings.UNKNOWN);
  }

  private static Finding about(String about, List<Finding> findings) {
    List<Finding> found = findings.stream().filter(each -> each.about().equals(about)).toList();
    assertEquals(1, found.size(), about + " in " + findings);
    return found.getFirst();
  }

  private static List<Finding> gaps(List<Finding> findings) {
    return findings.stream().filter(each -> each.mark().isGap()).toList();
  }

  @ParameterizedTest
  @MethodSource("identities")
  void whereAllWorksEachFeatureOfThePlanIsFoundToWork(Provisions.Identity identity) throws IOException {
    JailPlan plan = plan(identity);
    List<Finding> findings = examine(plan, new FakeHost(step -> false, Errno.EPERM));
    assertTrue(findings.stream().allMatch(each -> each.mark() == Mark.OK), findings.toString());
    Set<Feature> features = new LinkedHashSet<>();
    plan.steps().forEach(step -> features.add(Feature.of(step)));
    // In place of the namespaces there is each kind.
    assertEquals(features.size() - 1 + Namespace.values().length, findings.size());
  }

  @ParameterizedTest
  @MethodSource("identities")
  void whicheverStepFailsItsFeatureHasAGapAndNothingThatNeedsItIsSaidToWork(Provisions.Identity identity)
      throws IOException {
    JailPlan plan = plan(identity);
    for (Step failing : plan.steps()) {
      List<Finding> findings = examine(plan, new FakeHost(failing::equals, Errno.EIO));
      List<Finding> gaps = gaps(findings);
      assertEquals(1, gaps.size(), failing + ": " + findings);
      Finding gap = gaps.getFirst();
      Feature feature = Feature.of(failing);
      boolean isNamespace = feature == Feature.NAMESPACES && gap.about().equals("user namespace");
      assertTrue(isNamespace || gap.about().equals(feature.about()), failing + ": " + gap);
      assertTrue(gap.gap().orElseThrow().why().contains("EIO"), gap.toString());
      for (Finding finding : findings) {
        assertTrue(!finding.about().equals(feature.about()) || finding.mark() != Mark.OK, finding.toString());
      }
    }
  }

  @Test
  void whatTheOthersDoNotNeedIsLeftOutAndTheyAreTried() throws IOException {
    FakeHost host = new FakeHost(step -> step instanceof Step.MountProc, Errno.EPERM);
    List<Finding> findings = examine(plan(CALLER), host);
    assertEquals(List.of("/proc"), gaps(findings).stream().map(Finding::about).toList());
    assertTrue(findings.stream().noneMatch(each -> each.mark() == Mark.UNTRIED), findings.toString());
    assertEquals(2, host.tried.size());
    assertTrue(host.tried.getLast().steps().stream().noneMatch(step -> Feature.of(step) == Feature.PROC));
    assertTrue(about("/proc", findings).gap().orElseThrow().remedy().contains("systempaths=unconfined"));
  }

  @Test
  void severalGapsAreFoundInOneGo() throws IOException {
    FakeHost host =
        new FakeHost(step -> step instanceof Step.MountProc || step instanceof Step.FilterSyscalls, Errno.EPERM);
    List<Finding> findings = examine(plan(CALLER), host);
    assertEquals(
        List.of("/proc", "system call filter"), gaps(findings).stream().map(Finding::about).toList());
    assertEquals(3, host.tried.size());
  }

  @Test
  void whatCannotBeTriedWithoutAnotherIsNotSaidToWork() throws IOException {
    List<Finding> findings =
        examine(plan(CALLER), new FakeHost(step -> step instanceof Step.MountScratch, Errno.EPERM));
    assertEquals(Mark.OK, about("user namespace", findings).mark());
    assertEquals(Mark.MISSING, about("memory for writes", findings).mark());
    assertEquals(Mark.UNTRIED, about("overlay", findings).mark());
    assertEquals(Mark.UNTRIED, about("system call filter", findings).mark());
  }

  @Test
  void eachKindOfNamespaceIsTriedOnItsOwn() throws IOException {
    Predicate<Step> noNetwork =
        step -> step instanceof Step.NewNamespaces made && made.namespaces().contains(Namespace.NETWORK);
    FakeHost host = new FakeHost(noNetwork, Errno.ENOSPC);
    List<Finding> findings = examine(plan(CALLER), host);
    assertEquals(List.of("network namespace"), gaps(findings).stream().map(Finding::about).toList());
    assertEquals(Mark.OK, about("user namespace", findings).mark());
    assertEquals(Mark.OK, about("pid namespace", findings).mark());
    for (JailPlan tried : host.tried.subList(1, host.tried.size())) {
      assertTrue(tried.init().isEmpty() && tried.script().isEmpty(), "more than its beginning: " + tried);
      assertFalse(tried.outer().stream().anyMatch(step -> step instanceof Step.MakeMountsPrivate), "on the host");
    }
  }

  @Test
  void namespacesThatAreRefusedOnlyTogetherAreAGapToo() throws IOException {
    Predicate<Step> many = step -> step instanceof Step.NewNamespaces made && made.namespaces().size() > 2;
    List<Finding> findings = examine(plan(CALLER), new FakeHost(many, Errno.EPERM));
    assertEquals(List.of("user namespace"), gaps(findings).stream().map(Finding::about).toList());
  }

  @Test
  void withoutUserNamespacesNoOtherKindIsTried() throws IOException {
    FakeHost host = new FakeHost(step -> step instanceof Step.NewNamespaces, Errno.EPERM);
    List<Finding> findings = examine(plan(CALLER), host);
    assertEquals(List.of("user namespace"), gaps(findings).stream().map(Finding::about).toList());
    assertEquals(Mark.UNTRIED, about("mount namespace", findings).mark());
    assertEquals(2, host.tried.size());
  }

  /** As Ubuntu's AppArmor does it. */
  @Test
  void aUserNamespaceThatMayBeMadeButNotUsedIsAGap() throws IOException {
    String restriction = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
    HostSettings ubuntu = file -> file.equals(restriction) ? Optional.of("1") : Optional.empty();
    List<Finding> findings =
        JailExamination.examine(
            plan(CALLER), new FakeHost(step -> step instanceof Step.MapUser, Errno.EPERM), ubuntu);
    Gap gap = about("user namespace", findings).gap().orElseThrow();
    assertTrue(gap.remedy().startsWith("sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0;"), gap.remedy());
  }

  /** An overlay does not take a lower layer whose owners are mapped before Linux 5.19. */
  @Test
  void anOverlayThatWorksWhereFilesKeepTheirOwnersIsNoGap() throws IOException {
    Trial old =
        plan -> {
          boolean maps =
              plan.steps().stream().anyMatch(step -> step instanceof Step.TakeTree take && take.mapped());
          Step last = plan.steps().getLast();
          return new FakeHost(
                  step -> maps ? step instanceof Step.MountRoot : step.equals(last), maps ? Errno.EINVAL : Errno.EACCES)
              .attempt(plan);
        };
    List<Finding> findings = examine(plan(ROOT), old);
    assertEquals(List.of("files of root's owner"), gaps(findings).stream().map(Finding::about).toList());
    assertEquals(Mark.DEGRADED, about("files of root's owner", findings).mark());
    assertEquals(Mark.OK, about("overlay", findings).mark());
  }

  /** The program is for its owner alone: a file system that cannot map owners is found out by that. */
  @Test
  void aProgramThatOnlyItsOwnerMayExecuteTellsWhetherOwnersAreMapped() throws IOException {
    FakeHost host = new FakeHost(step -> step instanceof Step.Execute, Errno.EACCES);
    List<Finding> roots = examine(plan(ROOT), host);
    assertEquals(Mark.DEGRADED, about("files of root's owner", roots).mark());
    assertEquals(Mark.OK, about("execution", roots).mark());
    List<Finding> callers = examine(plan(CALLER), host);
    assertEquals(Mark.MISSING, about("execution", callers).mark());
  }

  @Test
  void aLauncherThatDoesNotStartIsTheGapAndNothingElseIsSaidToWork() throws IOException {
    List<Finding> findings = examine(plan(CALLER), plan -> new Trial.Outcome.Broken(new Gap("no launcher", "mend it")));
    assertEquals("no launcher", about("launcher", findings).gap().orElseThrow().why());
    assertTrue(findings.stream().noneMatch(each -> each.mark() == Mark.OK), findings.toString());
  }

  @Test
  void anObstacleIsWhateverComesBeforeTheProgram() throws IOException {
    JailPlan plan = plan(CALLER);
    for (Step failing : plan.steps()) {
      Optional<Gap> obstacle =
          JailExamination.obstacle(plan, new FakeHost(failing::equals, Errno.EIO), HostSettings.UNKNOWN);
      assertEquals(!(failing instanceof Step.Execute), obstacle.isPresent(), failing.toString());
    }
    assertEquals(
        Optional.empty(),
        JailExamination.obstacle(plan, new FakeHost(step -> false, Errno.EIO), HostSettings.UNKNOWN));
  }
}
