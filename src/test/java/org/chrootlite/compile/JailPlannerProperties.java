package org.chrootlite.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.chrootlite.testing.Given;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.linux.Namespace;
import org.chrootlite.linux.Resource;
import org.chrootlite.model.Action;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Network;
import org.chrootlite.model.Rootfs;

/** What holds of the plan of any sandbox. */
class JailPlannerProperties {
  private static JailPlan plan(Sandboxes.Case subject) {
    return JailPlanner.plan(subject.sandbox(), subject.script(), subject.provisions());
  }

  /** Where the steps of a kind are. */
  private static List<Integer> places(List<Step> steps, Class<? extends Step> kind) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (kind.isInstance(steps.get(i))) {
        places.add(i);
      }
    }
    return places;
  }

  /** Where the only step of a kind is. */
  private static int place(List<Step> steps, Class<? extends Step> kind) {
    List<Integer> places = places(steps, kind);
    assertEquals(1, places.size(), kind::toString);
    return places.getFirst();
  }

  private static <T extends Step> List<T> all(List<Step> steps, Class<T> kind) {
    return steps.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Property
  void executingIsTheLastThingThatTheScriptsProcessDoesAndOnlyIt(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    assertEquals(plan.steps().size() - 1, place(plan.steps(), Step.Execute.class));
    assertInstanceOf(Step.FilterSyscalls.class, plan.script().get(plan.script().size() - 2));
    assertInstanceOf(Step.NoNewPrivileges.class, plan.script().get(plan.script().size() - 3));
    assertEquals(1, places(plan.steps(), Step.FilterSyscalls.class).size());
    assertEquals(subject.provisions().filter(), all(plan.script(), Step.FilterSyscalls.class).getFirst().filter());
  }

  @Property
  void theScriptsProcessBeginsWithoutAnyPrivilege(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    int bounding = place(plan.init(), Step.EmptyBoundingSet.class);
    int dropped = place(plan.init(), Step.DropCapabilities.class);
    int start = place(plan.init(), Step.StartScript.class);
    assertTrue(bounding < dropped, "dropping from the bounding set needs a capability");
    assertTrue(dropped < start);
    for (Class<? extends Step> privileged : List.of(Step.Attach.class, Step.SetHostname.class, Step.PivotRoot.class)) {
      places(plan.init(), privileged).forEach(at -> assertTrue(at < bounding));
    }
    List<Step> script = plan.script();
    assertEquals(0, place(script, Step.ReportToInit.class), "the host's file is let go of first");
    assertTrue(place(script, Step.CloseOnExecute.class) < place(script, Step.NoNewPrivileges.class));
  }

  @Property
  void initAndOuterGiveUpTheirsToo(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    int start = place(plan.init(), Step.StartScript.class);
    assertTrue(place(plan.init(), Step.MakeUndumpable.class) < start, "before any hostile code");
    assertTrue(place(plan.init(), Step.DropCapabilities.class) < start, "before any hostile code");
    assertTrue(place(plan.outer(), Step.StartInit.class) < place(plan.outer(), Step.MakeUndumpable.class));
    assertTrue(place(plan.outer(), Step.MakeUndumpable.class) < place(plan.outer(), Step.WaitForInit.class));
    assertTrue(place(plan.outer(), Step.DropCapabilities.class) < place(plan.outer(), Step.WaitForInit.class));
    assertEquals(plan.outer().size() - 1, place(plan.outer(), Step.WaitForInit.class));
    assertEquals(plan.init().size() - 1, place(plan.init(), Step.ReportEnd.class));
    assertEquals(0, place(plan.init(), Step.DieWithOuter.class));
  }

  @Property
  void everyTreeOfTheHostIsTakenBeforeItIsOutOfReach(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    List<Step> outer = plan.outer();
    List<Integer> taken = places(outer, Step.TakeTree.class);
    assertEquals(taken, places(plan.steps(), Step.TakeTree.class), "only outer takes trees");
    assertFalse(taken.isEmpty());
    switch (subject.provisions().identity()) {
      case Provisions.Identity.Slot slot -> {
        int become = place(outer, Step.BecomeHostUser.class);
        taken.forEach(at -> assertTrue(at < become));
        assertTrue(place(outer, Step.NewDeviceNodes.class) < become);
        assertTrue(become < place(outer, Step.NewNamespaces.class), "root owns no namespace of the sandbox");
        assertEquals(List.of(), places(outer, Step.MakeMountsPrivate.class));
      }
      case Provisions.Identity.Caller caller -> {
        assertEquals(List.of(), places(outer, Step.BecomeHostUser.class));
        int privately = place(outer, Step.MakeMountsPrivate.class);
        assertTrue(place(outer, Step.NewNamespaces.class) < privately, "never the mounts of the host");
        taken.forEach(at -> assertTrue(privately < at));
      }
    }
  }

  @Property
  void theSandboxHasAllNamespacesAndTheHostsNetworkOnlyWhenAskedFor(@ForAll("cases") Sandboxes.Case subject) {
    List<Step> outer = plan(subject).outer();
    Set<Namespace> namespaces = all(outer, Step.NewNamespaces.class).getLast().namespaces();
    boolean isHost = subject.sandbox().network().value() == Network.HOST;
    for (Namespace namespace : Namespace.values()) {
      assertEquals(namespace != Namespace.NETWORK || !isHost, namespaces.contains(namespace), namespace::toString);
    }
    assertTrue(place(outer, Step.MapUser.class) < place(outer, Step.StartInit.class));
    Step.MapUser map = all(outer, Step.MapUser.class).getFirst();
    assertEquals(subject.sandbox().user().value().uid(), map.uid());
    assertEquals(subject.sandbox().user().value().gid(), map.gid());
    assertEquals(subject.provisions().identity().uid(), map.hostUid());
    assertEquals(subject.provisions().identity().gid(), map.hostGid());
  }

  @Property
  void mountsGoIntoTheNewRootParentsFirstAndProcLast(@ForAll("cases") Sandboxes.Case subject) {
    List<Step> init = plan(subject).init();
    int pivot = place(init, Step.PivotRoot.class);
    List<Step.Attach> attached = all(init, Step.Attach.class);
    places(init, Step.Attach.class).forEach(at -> assertTrue(pivot < at));
    places(init, Step.WriteFile.class).forEach(at -> assertTrue(pivot < at));
    assertEquals("/proc", attached.getLast().target());
    assertEquals("/dev", attached.get(attached.size() - 2).target());
    for (int i = 0; i < attached.size(); i++) {
      for (int j = 0; j < i; j++) {
        String earlier = attached.get(j).target();
        String later = attached.get(i).target();
        assertFalse(earlier.startsWith(later + "/"), () -> later + " would hide " + earlier);
        assertFalse(earlier.equals(later) && earlier.equals("/dev"), "a mount under another one");
      }
    }
    subject
        .sandbox()
        .mounts()
        .forEach(mount -> assertTrue(attached.stream().anyMatch(each -> each.target().equals(mount.target()))));
    String workdir = subject.sandbox().workdir().value();
    boolean isBelowBind =
        subject.sandbox().mounts().stream()
            .anyMatch(mount -> mount instanceof Mount.Bind && workdir.startsWith(mount.target() + "/"));
    assertEquals(!isBelowBind, attached.stream().anyMatch(each -> each.target().equals(workdir)));
    assertTrue(attached.stream().anyMatch(each -> each.target().equals("/tmp")));
  }

  @Property
  void everyTreeIsMadeOnceAndAttachedOnceAfterwards(@ForAll("cases") Sandboxes.Case subject) {
    List<Step> steps = plan(subject).steps();
    Map<Tree, Integer> made = new TreeMap<>(Comparator.comparing(Tree::name));
    Map<Tree, Integer> used = new TreeMap<>(Comparator.comparing(Tree::name));
    for (int i = 0; i < steps.size(); i++) {
      Optional<Tree> making = made(steps.get(i));
      if (making.isPresent()) {
        assertEquals(null, made.put(making.get(), i), "made twice");
      }
      for (Tree using : used(steps.get(i))) {
        assertTrue(made.containsKey(using), "used before it is made");
        assertEquals(null, used.put(using, i), "used twice");
      }
    }
    assertEquals(made.keySet(), used.keySet());
    int closed = place(steps, Step.CloseTrees.class);
    used.values().forEach(at -> assertTrue(at < closed));
  }

  private static Optional<Tree> made(Step step) {
    return switch (step) {
      case Step.TakeTree take -> Optional.of(take.tree());
      case Step.NewDirectory directory -> Optional.of(directory.tree());
      case Step.NewTmpfs tmpfs -> Optional.of(tmpfs.tree());
      case Step.NewDeviceNodes nodes -> Optional.of(nodes.tree());
      case Step.NewDevices devices -> Optional.of(devices.tree());
      case Step.MountProc proc -> Optional.of(proc.tree());
      case Step.OverlayTree overlay -> Optional.of(overlay.tree());
      case Step.PlaceScript script -> Optional.of(script.tree());
      default -> Optional.empty();
    };
  }

  private static List<Tree> used(Step step) {
    return switch (step) {
      case Step.Attach attach -> List.of(attach.tree());
      case Step.NewDevices devices -> devices.nodes().stream().toList();
      case Step.MountRoot root ->
          root.layer().map(layer -> List.of(root.rootfs(), layer)).orElse(List.of(root.rootfs()));
      case Step.BindRoot root -> List.of(root.rootfs());
      case Step.OverlayTree overlay -> List.of(overlay.lower());
      default -> List.of();
    };
  }

  @Property
  void whatIsKeptGoesToTheLayerAndNothingElseOfTheHostDoes(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    boolean keeps = subject.sandbox().rootfs().keeps();
    List<Step.TakeTree> layers =
        all(plan.outer(), Step.TakeTree.class).stream()
            .filter(take -> take.source().equals(Sandboxes.LAYER))
            .toList();
    assertEquals(keeps ? 1 : 0, layers.size());
    for (Step.TakeTree layer : layers) {
      assertFalse(layer.readOnly());
      assertFalse(layer.mapped(), "its files are the sandbox user's own, not root's");
    }
    Optional<Tree> below = all(plan.init(), Step.MountRoot.class).stream().findFirst().flatMap(Step.MountRoot::layer);
    assertEquals(layers.stream().map(Step.TakeTree::tree).findFirst(), below);
    assertEquals(!keeps, all(plan.init(), Step.MountScratch.class).getFirst().holdsRoot());
  }

  @Property
  void whatIsFrozenOrHiddenOfProcIsSoBeforeTheScriptStarts(@ForAll("cases") Sandboxes.Case subject) {
    List<Step> init = plan(subject).init();
    int attached = init.indexOf(attachmentOf("/proc", init));
    for (Class<? extends Step> kind :
        List.of(Step.HideProcFile.class, Step.HideProcDirectory.class, Step.FreezeProc.class)) {
      assertFalse(places(init, kind).isEmpty());
      places(init, kind).forEach(at -> assertTrue(attached < at && at < place(init, Step.StartScript.class)));
    }
    assertTrue(init.indexOf(attachmentOf("/dev", init)) < attached, "files are hidden by its null");
    assertTrue(place(init, Step.MountProc.class) < place(init, Step.PivotRoot.class), "the host's must be in sight");
  }

  private static Step attachmentOf(String target, List<Step> steps) {
    return all(steps, Step.Attach.class).stream()
        .filter(each -> each.target().equals(target))
        .findFirst()
        .orElseThrow();
  }

  @Property
  void aRootWithoutALayerIsReadOnlyAndATemplates(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    boolean isBare = !places(plan.init(), Step.BindRoot.class).isEmpty();
    assertEquals(isBare, places(plan.init(), Step.MountRoot.class).isEmpty(), "one of the two");
    boolean isDenied = subject.sandbox().rootfs().writes().value() == Rootfs.Writes.DENY;
    if (isBare) {
      assertTrue(isDenied && subject.provisions().isTemplate());
      assertTrue(all(plan.outer(), Step.TakeTree.class).getFirst().readOnly());
    }
    assertEquals(isDenied && !isBare, !places(plan.init(), Step.MakeRootReadOnly.class).isEmpty());
  }

  @Property
  void eachResourceLimitIsSetOnceToTheRightNumber(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    Map<Resource, Long> always = Map.of(Resource.CORE, 0L, Resource.SIGPENDING, 1024L, Resource.MSGQUEUE, 262_144L);
    Map<Resource, Long> expected = new TreeMap<>(always);
    for (Limit limit : subject.script().limits().all()) {
      long value = limit.value();
      switch (limit.kind()) {
        case ADDRESS_SPACE -> expected.put(Resource.AS, value);
        case CPU_TIME -> {
          long seconds = value / 1_000_000_000 + (value % 1_000_000_000 == 0 ? 0 : 1);
          expected.put(Resource.CPU, seconds + seconds / 4 + 1);
        }
        case PROCESSES -> {
          if (subject.provisions().powers().equals(Given.NO_GROUP)) {
            expected.put(Resource.NPROC, value + 2);
          }
        }
        case OPEN_FILES -> expected.put(Resource.NOFILE, value);
        case FILE_SIZE -> expected.put(Resource.FSIZE, value);
        case STACK -> expected.put(Resource.STACK, value);
        case CORE_SIZE -> expected.put(Resource.CORE, value);
        case MEMORY, WALL_TIME, OUTPUT, DISK, CPUS -> {}
      }
    }
    subject
        .provisions()
        .hardLimits()
        .forEach((resource, hard) -> expected.computeIfPresent(resource, (r, value) -> Math.min(value, hard)));
    Map<Resource, Long> actual = new TreeMap<>();
    for (Step.SetLimit limit : all(plan.script(), Step.SetLimit.class)) {
      assertEquals(null, actual.put(limit.resource(), limit.value()), "set twice");
    }
    assertEquals(expected, actual);
    assertEquals(List.of(), places(plan.outer(), Step.SetLimit.class), "only the script is limited");
    assertEquals(List.of(), places(plan.init(), Step.SetLimit.class), "only the script is limited");
  }

  @Property
  void theOtherLimitsReachTheStepsThatKeepThem(@ForAll("cases") Sandboxes.Case subject) {
    List<Step> init = plan(subject).init();
    Optional<Long> wall = subject.script().limits().get(LimitKind.WALL_TIME).map(Limit::value);
    List<Step.LimitWallTime> timers = all(init, Step.LimitWallTime.class);
    assertEquals(wall.stream().toList(), timers.stream().map(Step.LimitWallTime::nanoseconds).toList());
    long disk = subject.script().limits().get(LimitKind.DISK).map(Limit::value).orElse(0L);
    assertEquals(disk, all(init, Step.MountScratch.class).getFirst().size());
    List<Step.CollectArtifact> collected = all(init, Step.CollectArtifact.class);
    assertEquals(subject.script().artifacts().size(), collected.size());
    for (Step.CollectArtifact each : collected) {
      assertTrue(each.limit() > 0 && (disk == 0 || each.limit() <= disk) && each.limit() <= 0x7ffff000L);
    }
    places(init, Step.CollectArtifact.class)
        .forEach(at -> assertTrue(place(init, Step.KillTheRest.class) < at, "no process is left to swap the file"));
  }

  @Property
  void whatIsExecutedByItsPathIsPutThereEvenWhenItIsEmpty(@ForAll("cases") Sandboxes.Case subject) {
    List<Step> steps = plan(subject).steps();
    boolean isCommand = subject.script().action().value() instanceof Action.Command;
    assertEquals(isCommand ? 0 : 1, places(steps, Step.PlaceScript.class).size());
    for (Step.PlaceScript placed : all(steps, Step.PlaceScript.class)) {
      assertEquals(subject.provisions().script(), placed.content());
      Step.Attach attach =
          all(steps, Step.Attach.class).stream()
              .filter(each -> each.tree().equals(placed.tree()))
              .findFirst()
              .orElseThrow();
      assertTrue(attach.directory());
      assertTrue(((Step.Execute) steps.getLast()).arguments().contains(attach.target() + "/" + placed.name()));
    }
  }

  @Property
  void descriptorsHaveTheNumbersThatLoweringCountsOn(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    List<Step> outer = plan.outer();
    assertInstanceOf(Step.CloseDescriptors.class, outer.getFirst());
    int artifacts = subject.script().artifacts().size();
    // In between only files that are closed again, each with the lowest free number.
    int joins = places(outer, Step.JoinControlGroups.class).size();
    assertEquals(place(outer, Step.OpenStatus.class) + 1, place(outer, Step.OpenSupervisor.class));
    int lifeline = place(outer, Step.OpenSupervisor.class) + joins + 1;
    assertEquals(lifeline, place(outer, Step.OpenLifeline.class));
    for (int i = 0; i < artifacts; i++) {
      assertEquals(i, assertInstanceOf(Step.OpenArtifact.class, outer.get(lifeline + 1 + i)).index());
    }
    assertEquals(artifacts, places(outer, Step.OpenArtifact.class).size());
    int close = place(plan.init(), Step.CloseTrees.class);
    assertEquals(7 + artifacts, ((Step.CloseTrees) plan.init().get(close)).from());
    assertTrue(close < place(plan.init(), Step.OpenReportPipe.class));
  }

  @Example
  void theseSandboxesMakeEveryKindOfStep() {
    Set<Class<?>> kinds = new HashSet<>();
    Sandboxes.cases()
        .sampleStream()
        .limit(5000)
        .flatMap(subject -> plan(subject).steps().stream())
        .forEach(step -> kinds.add(step.getClass()));
    assertEquals(Set.of(Step.class.getPermittedSubclasses()), kinds);
  }

  @Property
  void planningIsDeterministicAndStepsAreNumberedThroughAllProcesses(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    assertEquals(plan, plan(subject));
    int at = 0;
    for (Step step : plan.steps()) {
      JailPlan.Actor actor = plan.actorOf(at);
      List<Step> own =
          switch (actor) {
            case OUTER -> plan.outer();
            case INIT -> plan.init();
            case SCRIPT -> plan.script();
          };
      int first =
          switch (actor) {
            case OUTER -> 0;
            case INIT -> plan.outer().size();
            case SCRIPT -> plan.outer().size() + plan.init().size();
          };
      assertEquals(own.get(at - first), step);
      at++;
    }
    assertEquals(plan.outer().size() + plan.init().size() + plan.script().size(), at);
  }

  @Provide
  Arbitrary<Sandboxes.Case> cases() {
    return Sandboxes.cases();
  }
}
