package org.chrootlite.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.chrootlite.compile.SimulatedKernel.Event;
import org.chrootlite.compile.SimulatedKernel.Injection;
import org.chrootlite.compile.SimulatedKernel.Task;
import org.chrootlite.compile.machine.SimulatedMachine;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.MountFlags;
import org.chrootlite.linux.ProcessFlags;
import org.chrootlite.linux.Syscall;

/** What the compiler emits never lets exec come after a step that failed, whichever call of whichever plan it was. */
class LoweringProperties {
  private static final int CHROOT_LITE_FAILED = 125;

  static final List<Errno> ERRORS =
      List.of(
          Errno.EPERM, Errno.ENOENT, Errno.ESRCH, Errno.EINTR, Errno.ECHILD, Errno.EAGAIN, Errno.EEXIST, Errno.ENOTDIR,
          Errno.ELOOP, Errno.EINVAL, Errno.ENOSYS, Errno.ENOSPC, Errno.EHWPOISON);

  /** The other setting of a tree, which makes it read-only, must succeed. */
  private static boolean isOwnerMapping(Event call) {
    return call.attributes() == MountFlags.MOUNT_ATTR_IDMAP;
  }

  /** The errors that are no failures, of the few calls that have any. */
  static boolean isTolerated(Step step, Event call, boolean isLast, Errno error) {
    return switch (step) {
      case Step.TakeTree tree ->
          tree.mapped() && isOwnerMapping(call) && Set.of(Errno.EINVAL, Errno.EPERM).contains(error);
      case Step.MountRoot root ->
          call.path().startsWith("lower/") && Set.of(Errno.ENOENT, Errno.ELOOP, Errno.ENOTDIR).contains(error);
      case Step.NewDeviceNodes nodes -> call.call() == Syscall.MKNODAT && error == Errno.EPERM;
      case Step.NewDevices devices -> call.path().startsWith("nodes/") && error == Errno.ENOENT;
      case Step.GiveStreams give -> call.call() == Syscall.FCNTL && error == Errno.EBADF;
      case Step.HideProcFile file -> call.call() == Syscall.MOUNT && error == Errno.ENOENT;
      case Step.HideProcDirectory directory -> call.call() == Syscall.MOUNT && error == Errno.ENOENT;
      case Step.FreezeProc part -> call.call() == Syscall.MOUNT && error == Errno.ENOENT;
      case Step.BoundUserCounters bounds -> call.call() == Syscall.OPENAT && error == Errno.ENOENT;
      case Step.Attach attach ->
          (Set.of(Syscall.MKDIRAT, Syscall.MKNODAT).contains(call.call()) && error == Errno.EEXIST)
              || (call.call() == Syscall.OPENAT2 && call.path().equals(attach.target()) && error == Errno.ENOENT);
      case Step.WriteFile file ->
          (call.call() == Syscall.MKDIRAT && error == Errno.EEXIST)
              || (call.call() == Syscall.UNLINKAT && error == Errno.ENOENT);
      case Step.DieWithOuter() -> call.call() == Syscall.READ && error == Errno.EAGAIN;
      case Step.WaitForInit() -> isWaiting(call, error);
      case Step.WaitForScript wait ->
          isWaiting(call, error) || (call.call() == Syscall.RT_SIGTIMEDWAIT && error == Errno.EAGAIN);
      case Step.KillTheRest() ->
          (call.call() == Syscall.KILL && error == Errno.ESRCH)
              || (call.call() == Syscall.WAIT4 && error == Errno.ECHILD);
      case Step.CollectArtifact artifact -> call.call() != Syscall.WRITE;
      case Step.ReportEnd() -> call.call() == Syscall.READ;
      case Step.NewTimeNamespace() -> error == Errno.EINVAL;
      case Step.NewKeyring() -> error == Errno.ENOSYS;
      case Step.EmptyBoundingSet() ->
          error == Errno.EINVAL
              && call.arguments().get(0) == ProcessFlags.PR_CAPBSET_DROP
              && call.arguments().get(1) >= ProcessFlags.CAPABILITIES_OF_LINUX_5_12;
      case Step.Execute execute -> !isLast && Set.of(Errno.ENOENT, Errno.ENOTDIR).contains(error);
      default -> false;
    };
  }

  private static boolean isWaiting(Event call, Errno error) {
    return (call.call() == Syscall.RT_SIGTIMEDWAIT && error == Errno.EINTR)
        || (call.call() == Syscall.KILL && error == Errno.ESRCH);
  }

  private static SimulatedKernel run(Lowering.Lowered lowered, Injection injection) {
    SimulatedKernel kernel = new SimulatedKernel(injection);
    kernel.run(new SimulatedMachine(lowered.program()));
    return kernel;
  }

  private static SimulatedKernel run(Lowering.Lowered lowered) {
    return run(lowered, Injection.NONE);
  }

  private static JailPlan plan(Sandboxes.Case subject) {
    return JailPlanner.plan(subject.sandbox(), subject.script(), subject.provisions());
  }

  @Property(tries = 200)
  void withoutFailureTheScriptIsExecutedAndHoldsItsStreamsOnly(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    SimulatedKernel kernel = run(Lowering.lower(plan));
    Task script = kernel.process("script");
    Step.Execute execute = (Step.Execute) plan.script().getLast();
    assertEquals(execute.paths().getFirst(), script.executed);
    assertEquals(Map.of(0, "stream 0", 1, "stream 1", 2, "stream 2"), names(script));
    assertEquals(0, kernel.process("init").exitCode);
    assertEquals(0, kernel.process("outer").exitCode);
    int artifacts = subject.script().artifacts().size();
    assertEquals(artifacts + 1, kernel.status.size());
    assertEquals(Cells.ENDED, kernel.status.getLast().getLong(0));
    assertEquals(Cells.ENDED_SIZE, kernel.status.getLast().capacity());
    for (int i = 0; i < artifacts; i++) {
      assertEquals(Cells.ARTIFACT, kernel.status.get(i).getLong(0));
      assertEquals(i, kernel.status.get(i).getLong(8));
      assertEquals(0, kernel.status.get(i).getInt(16));
    }
  }

  @Property(tries = 100)
  void initHoldsNoTreeOfTheHostAndNoStreamWhileTheScriptRuns(@ForAll("cases") Sandboxes.Case subject) {
    SimulatedKernel kernel = run(Lowering.lower(plan(subject)));
    Task init = kernel.process("init");
    Map<Integer, String> held = names(init);
    assertFalse(held.values().stream().anyMatch(name -> name.startsWith("tree")), held::toString);
    assertFalse(held.values().stream().anyMatch(name -> name.startsWith("stream")), held::toString);
    assertEquals("status", held.get(Lowering.STATUS));
    assertFalse(init.file(Lowering.LIFELINE_WRITE).writes(), "init keeps its own lifeline alive");
    assertTrue(kernel.process("outer").file(Lowering.LIFELINE_WRITE).writes());
    for (int i = 0; i < subject.script().artifacts().size(); i++) {
      assertEquals("artifacts/." + i, held.get(Lowering.LIFELINE_WRITE + 1 + i));
    }
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void noCallThatFailsIsFollowedByExec(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    Lowering.Lowered lowered = Lowering.lower(plan);
    List<Event> calls = run(lowered).events;
    Map<Errno, Integer> tolerated = new EnumMap<>(Errno.class);
    for (int number = 0; number < calls.size(); number++) {
      for (Errno error : ERRORS) {
        Event call = calls.get(number);
        int step = lowered.steps().get(call.operation());
        if (step >= 0 && isTolerated(plan.steps().get(step), call, isLastExec(plan, call, lowered), error)) {
          tolerated.merge(error, 1, Integer::sum);
          run(lowered, new Injection(number, -error.number()));
        } else if (call.call() != Syscall.EXIT_GROUP) {
          SimulatedKernel kernel = run(lowered, new Injection(number, -error.number()));
          assertFailsClosed(kernel, number, error.number(), step < 0 ? "" : plan.steps().get(step).toString());
        }
      }
    }
    assertTrue(tolerated.containsKey(Errno.EAGAIN) && tolerated.containsKey(Errno.EINVAL), tolerated::toString);
  }

  @Property(tries = 20)
  void aFileThatIsWrittenInPartIsAFailureToo(@ForAll("cases") Sandboxes.Case subject) {
    Lowering.Lowered lowered = Lowering.lower(plan(subject));
    List<Event> calls = run(lowered).events;
    int writes = 0;
    for (int number = 0; number < calls.size(); number++) {
      Event call = calls.get(number);
      if (call.call() == Syscall.WRITE && call.arguments().get(0) != Lowering.STATUS) {
        writes++;
        SimulatedKernel kernel = run(lowered, new Injection(number, call.result() - 1));
        assertEquals(CHROOT_LITE_FAILED, kernel.events.get(number).task().exitCode);
        assertTrue(kernel.events.stream().noneMatch(each -> each.call() == Syscall.EXECVE));
      }
    }
    assertTrue(writes >= 3, "the id maps at least");
  }

  @Property(tries = 20)
  void whatIsNoDirectoryOfTheRootIsNotHiddenByOne(@ForAll("cases") Sandboxes.Case subject) {
    JailPlan plan = plan(subject);
    Lowering.Lowered lowered = Lowering.lower(plan);
    List<Event> calls = run(lowered).events;
    for (int number = 0; number < calls.size(); number++) {
      Event call = calls.get(number);
      int step = lowered.steps().get(call.operation());
      if (call.path().startsWith("lower/") && step >= 0 && plan.steps().get(step) instanceof Step.MountRoot) {
        assertEquals(List.of(Syscall.CLOSE, Syscall.MKDIRAT), following(calls, number, 2));
        for (Errno error : List.of(Errno.ELOOP, Errno.ENOTDIR)) {
          List<Event> others = run(lowered, new Injection(number, -error.number())).events;
          assertFalse(following(others, number, 1).contains(Syscall.MKDIRAT));
        }
      }
    }
  }

  private static List<Syscall> following(List<Event> events, int number, int count) {
    return events.subList(number + 1, number + 1 + count).stream().map(Event::call).toList();
  }

  static boolean isLastExec(JailPlan plan, Event call, Lowering.Lowered lowered) {
    // Of the calls of the step Execute the last one comes right before the way to fail.
    return plan.script().getLast() instanceof Step.Execute
        && call.call() == Syscall.EXECVE
        && Integer.valueOf(call.operation() + 1).equals(lowered.program().labels().get("fail"));
  }

  static void assertFailsClosed(SimulatedKernel kernel, int number, int error, String step) {
    String what = "call " + number + " of " + step + " failed with error " + error;
    Event failed = kernel.events.get(number);
    Task process = failed.task();
    for (Event later : kernel.events.subList(number + 1, kernel.events.size())) {
      boolean isOwn = later.task() == process || isDescendant(later.task(), process);
      assertFalse(isOwn && later.call() == Syscall.EXECVE, () -> what + " and then there was an exec");
    }
    assertNull(process.executed, what);
    assertEquals(CHROOT_LITE_FAILED, process.exitCode, what);
    List<ByteBuffer> records = kernel.status.stream().filter(each -> each.getLong(0) == Cells.FAILED).toList();
    boolean canReport = kernel.events.subList(0, number).stream().anyMatch(LoweringProperties::opensStatus);
    assertEquals(canReport ? 1 : 0, records.size(), what);
    if (canReport) {
      assertEquals(Cells.FAILED_SIZE, records.getFirst().capacity());
      assertEquals(SimulatedMachine.addressOf(failed.operation()), records.getFirst().getLong(8), what);
      assertEquals(-error, records.getFirst().getLong(16), what);
    }
  }

  private static boolean opensStatus(Event event) {
    return event.call() == Syscall.OPENAT && event.task().name.equals("outer");
  }

  private static boolean isDescendant(Task process, Task ancestor) {
    for (Task each = process; each != null; each = each.parent) {
      if (each == ancestor) {
        return true;
      }
    }
    return false;
  }

  private static Map<Integer, String> names(Task process) {
    Map<Integer, String> names = new TreeMap<>();
    process.files.forEach((number, file) -> names.put(number, file.name()));
    return names;
  }

  @Provide
  Arbitrary<Sandboxes.Case> cases() {
    return Sandboxes.cases();
  }
}
