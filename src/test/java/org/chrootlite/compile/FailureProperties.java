package org.chrootlite.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.chrootlite.compile.SimulatedKernel.Event;
import org.chrootlite.compile.SimulatedKernel.Faults;
import org.chrootlite.compile.SimulatedKernel.Injection;
import org.chrootlite.compile.machine.Operation;
import org.chrootlite.compile.machine.SimulatedMachine;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.ProcessFlags;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;

/**
 * Any errors of any calls: one that the step does not expect is followed by no exec, and one that it expects changes
 * nothing of the other steps.
 */
class FailureProperties {
  /** A sandbox's program, and what it is made of. */
  private record Compiled(JailPlan plan, Lowering.Lowered lowered) {
    static Compiled of(Sandboxes.Case subject) {
      JailPlan plan = JailPlanner.plan(subject.sandbox(), subject.script(), subject.provisions());
      return new Compiled(plan, Lowering.lower(plan));
    }

    SimulatedKernel run(Faults faults) {
      SimulatedKernel kernel = new SimulatedKernel(faults);
      kernel.run(new SimulatedMachine(lowered.program()));
      return kernel;
    }

    /** -1 for what belongs to none. */
    int step(Event call) {
      return lowered.steps().get(call.operation());
    }

    String text(int step) {
      return step < 0 ? "" : plan.steps().get(step).toString();
    }

    /** Whether the launcher may go on after this error of this call. */
    boolean tolerates(Event call, int error) {
      int step = step(call);
      Errno known = byNumber(error);
      return step >= 0
          && call.call() != Syscall.EXIT_GROUP
          && LoweringProperties.isTolerated(
              plan.steps().get(step), call, LoweringProperties.isLastExec(plan, call, lowered), known);
    }
  }

  /** The errno of a number; one that no step expects where it has no name here. */
  private static Errno byNumber(int number) {
    for (Errno errno : Errno.values()) {
      if (errno.number() == number) {
        return errno;
      }
    }
    return Errno.EHWPOISON;
  }

  private static void assertScriptRan(SimulatedKernel kernel, String what) {
    assertTrue(kernel.process("script").executed != null, what);
    assertEquals(0, kernel.process("init").exitCode, what);
    assertEquals(0, kernel.process("outer").exitCode, what);
    assertEquals(Cells.ENDED, kernel.status.getLast().getLong(0), what);
    assertTrue(kernel.status.stream().noneMatch(record -> record.getLong(0) == Cells.FAILED), what);
  }

  /** The operations of the calls that other steps make, in their order. */
  private static List<Integer> callsOfOthers(Compiled compiled, List<Event> calls, int step) {
    List<Integer> others = new ArrayList<>();
    for (Event call : calls) {
      if (compiled.step(call) != step) {
        others.add(call.operation());
      }
    }
    return others;
  }

  @Property(tries = 500)
  void anyErrorOfAnyCallIsFollowedByNoExecUnlessTheStepExpectsIt(
      @ForAll("cases") Sandboxes.Case subject, @ForAll Random random) {
    Compiled compiled = Compiled.of(subject);
    List<Event> calls = compiled.run(Injection.NONE).events;
    for (int i = 0; i < 50; i++) {
      assertEndsAsItMust(compiled, calls, random.nextInt(calls.size()), 1 + random.nextInt(4095));
    }
  }

  private static void assertEndsAsItMust(Compiled compiled, List<Event> calls, int number, int error) {
    Event call = calls.get(number);
    int step = compiled.step(call);
    if (call.call() != Syscall.EXIT_GROUP && !compiled.tolerates(call, error)) {
      SimulatedKernel kernel = compiled.run(new Injection(number, -error));
      LoweringProperties.assertFailsClosed(kernel, number, error, compiled.text(step));
    }
  }

  @Property(tries = 30)
  void anErrorThatAStepExpectsChangesNothingOfTheOthers(@ForAll("cases") Sandboxes.Case subject) {
    Compiled compiled = Compiled.of(subject);
    List<Event> calls = compiled.run(Injection.NONE).events;
    int expected = 0;
    for (int number = 0; number < calls.size(); number++) {
      Event call = calls.get(number);
      for (Errno error : LoweringProperties.ERRORS) {
        if (compiled.tolerates(call, error.number())) {
          expected++;
          int step = compiled.step(call);
          String what = call.call() + " of " + compiled.text(step) + " answers " + error;
          SimulatedKernel kernel = compiled.run(new Injection(number, -error.number()));
          assertScriptRan(kernel, what);
          assertEquals(callsOfOthers(compiled, calls, step), callsOfOthers(compiled, kernel.events, step), what);
        }
      }
    }
    assertTrue(expected > 20, expected + " errors are expected");
  }

  /**
   * Lets about every third call that may fail so fail with an error that its step expects. But for the one that asks
   * whether the script's process has reported a failure: no kernel forgets what is in a pipe.
   */
  private static Faults expected(Compiled compiled, Random random) {
    return (machine, number, call) -> {
      Errno error = LoweringProperties.ERRORS.get(random.nextInt(LoweringProperties.ERRORS.size()));
      int step = compiled.step(call);
      boolean fails =
          step >= 0
              && !(compiled.plan.steps().get(step) instanceof Step.ReportEnd)
              && compiled.tolerates(call, error.number())
              && random.nextInt(3) == 0;
      return fails ? OptionalLong.of(-error.number()) : OptionalLong.empty();
    };
  }

  @Property(tries = 500)
  void afterAnyNumberOfExpectedErrorsTheScriptRuns(@ForAll("cases") Sandboxes.Case subject, @ForAll long seed) {
    Compiled compiled = Compiled.of(subject);
    assertScriptRan(compiled.run(expected(compiled, new Random(seed))), "");
  }

  @Property(tries = 500)
  void afterAnyNumberOfExpectedErrorsAnotherOneIsFollowedByNoExec(
      @ForAll("cases") Sandboxes.Case subject,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4095) int error) {
    Compiled compiled = Compiled.of(subject);
    int calls = compiled.run(expected(compiled, new Random(seed))).events.size();
    Random random = new Random(~seed);
    for (int i = 0; i < 5; i++) {
      int number = random.nextInt(calls);
      // The same errors as before, up to that call.
      Faults before = expected(compiled, new Random(seed));
      List<Event> failed = new ArrayList<>();
      SimulatedKernel kernel =
          compiled.run(
              (machine, at, call) -> {
                if (at != number) {
                  return before.of(machine, at, call);
                }
                // A process that cannot exit, which no kernel has, has done all that it does.
                boolean fails = call.call() != Syscall.EXIT_GROUP && !compiled.tolerates(call, error);
                if (fails) {
                  failed.add(call);
                }
                return fails ? OptionalLong.of(-error) : OptionalLong.empty();
              });
      if (!failed.isEmpty()) {
        LoweringProperties.assertFailsClosed(kernel, number, error, compiled.text(compiled.step(failed.getFirst())));
      }
    }
  }

  @Example
  void everyKindOfStepIsSeenToFail() {
    Set<Class<?>> kinds = new HashSet<>();
    Sandboxes.cases().sampleStream().limit(1000).forEach(subject -> failEachStep(Compiled.of(subject), kinds));
    assertEquals(Set.of(Step.class.getPermittedSubclasses()), kinds);
  }

  /** Lets a call of each step fail whose kind is not known yet. */
  private static void failEachStep(Compiled compiled, Set<Class<?>> kinds) {
    List<Event> calls = compiled.run(Injection.NONE).events;
    int unexpected = Errno.EHWPOISON.number();
    for (int number = 0; number < calls.size(); number++) {
      int step = compiled.step(calls.get(number));
      if (step >= 0
          && calls.get(number).call() != Syscall.EXIT_GROUP
          && !compiled.tolerates(calls.get(number), unexpected)
          && kinds.add(compiled.plan.steps().get(step).getClass())) {
        assertEndsAsItMust(compiled, calls, number, unexpected);
      }
    }
  }

  @Example
  void everyCallThatIsCompiledCanBeReached() {
    Sandboxes.cases().sampleStream().limit(60).forEach(FailureProperties::assertAllCallsAreReached);
  }

  private static void assertAllCallsAreReached(Sandboxes.Case subject) {
    Compiled compiled = Compiled.of(subject);
    List<Event> calls = compiled.run(Injection.NONE).events;
    Set<Integer> reached = new TreeSet<>();
    calls.forEach(call -> reached.add(call.operation()));
    for (int number = 0; number < calls.size(); number++) {
      for (long answer : answers(compiled, calls.get(number))) {
        compiled.run(new Injection(number, answer)).events.forEach(call -> reached.add(call.operation()));
      }
    }
    compiled.run(force()).events.forEach(call -> reached.add(call.operation()));
    SimulatedKernel stopping = compiled.run(stopTheSupervisor());
    assertScriptRan(stopping, "a supervisor that stops");
    stopping.events.forEach(call -> reached.add(call.operation()));
    List<String> missed = new ArrayList<>();
    List<Operation> operations = compiled.lowered.program().operations();
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i) instanceof Operation.SystemCall call && !reached.contains(i)) {
        missed.add(call.call() + " of " + compiled.text(compiled.lowered.steps().get(i)));
      }
    }
    assertEquals(List.of(), missed);
  }

  /** A kernel that knows all capabilities, a caller who asks init twice to end, and a program that is nowhere. */
  private static Faults force() {
    int[] asked = new int[1];
    return (machine, number, call) -> {
      boolean asks = call.call() == Syscall.RT_SIGTIMEDWAIT && call.task().name.equals("init") && asked[0]++ < 2;
      boolean drops = call.call() == Syscall.PRCTL && call.arguments().getFirst() == ProcessFlags.PR_CAPBSET_DROP;
      if (asks) {
        return OptionalLong.of(Signal.SIGTERM.number());
      }
      if (call.call() == Syscall.EXECVE) {
        return OptionalLong.of(-Errno.ENOENT.number());
      }
      return drops ? OptionalLong.of(0) : OptionalLong.empty();
    };
  }

  /**
   * A supervisor that is stopped at every other look: when nothing happens, and after orphans are reaped.
   */
  private static Faults stopTheSupervisor() {
    long timeout = -Errno.EAGAIN.number();
    long orphan = 99;
    long childEnded = Signal.SIGCHLD.number();
    long end = Signal.SIGTERM.number();
    Deque<Long> signals = new ArrayDeque<>(List.of(timeout, timeout, childEnded, end, timeout));
    Deque<Long> reaped = new ArrayDeque<>(List.of(orphan, orphan, 0L, orphan));
    Deque<Character> states = new ArrayDeque<>(List.of('T', 'S', 'T', 'S'));
    return (machine, number, call) -> {
      if (!call.task().name.equals("init")) {
        return OptionalLong.empty();
      }
      if (call.call() == Syscall.PREAD64 && !states.isEmpty()) {
        machine.at(call.arguments().get(1)).put(0, (byte) states.remove().charValue());
        return OptionalLong.of(1);
      }
      Deque<Long> answers =
          switch (call.call()) {
            case RT_SIGTIMEDWAIT -> signals;
            case WAIT4 -> reaped;
            default -> new ArrayDeque<>();
          };
      return answers.isEmpty() ? OptionalLong.empty() : OptionalLong.of(answers.remove());
    };
  }

  /** Those after which a launcher goes on, other than the usual one. */
  private static List<Long> answers(Compiled compiled, Event call) {
    List<Long> answers = new ArrayList<>();
    for (Errno error : LoweringProperties.ERRORS) {
      if (compiled.tolerates(call, error.number())) {
        answers.add((long) -error.number());
      }
    }
    switch (call.call()) {
      case WRITE -> answers.add(call.result() - 1);
      case RT_SIGTIMEDWAIT -> {
        for (Signal signal : List.of(Signal.SIGTERM, Signal.SIGALRM, Signal.SIGUSR1)) {
          answers.add((long) signal.number());
        }
      }
      case READ -> answers.add((long) Cells.FAILED_SIZE);
      default -> {}
    }
    return answers;
  }

  /** The rights that all of these need, or bring. */
  private static final List<Syscall> PRIVILEGED =
      List.of(
          Syscall.UNSHARE, Syscall.SETGROUPS, Syscall.SETRESGID, Syscall.SETRESUID, Syscall.MOUNT, Syscall.MOVE_MOUNT,
          Syscall.OPEN_TREE, Syscall.MOUNT_SETATTR, Syscall.PIVOT_ROOT, Syscall.UMOUNT2, Syscall.SETHOSTNAME);

  /** The calls of a process, in their order. */
  private static List<String> calls(SimulatedKernel kernel, String process) {
    return kernel.events.stream()
        .filter(call -> call.task().name.equals(process))
        .map(FailureProperties::text)
        .toList();
  }

  private static String text(Event call) {
    return call.call() + (call.call() == Syscall.PRCTL ? " " + call.arguments().getFirst() : "");
  }

  /** What made the script's process what it is: the calls of init before it was forked, and then its own. */
  private static List<String> callsThatMakeTheScript(SimulatedKernel kernel) {
    List<String> calls = new ArrayList<>();
    for (Event call : kernel.events) {
      boolean isScripts = call.task().name.equals("script");
      if (isScripts || call.task().name.equals("init")) {
        calls.add(text(call));
      }
      if (isScripts && call.call() == Syscall.EXECVE) {
        break;
      }
    }
    return calls;
  }

  @Property(tries = 100)
  void theScriptIsExecutedWithNothingAndGainsNothingOnceItsCapabilitiesAreGone(
      @ForAll("cases") Sandboxes.Case subject) {
    List<String> calls = callsThatMakeTheScript(Compiled.of(subject).run(Injection.NONE));
    int dropped = calls.indexOf(Syscall.CAPSET.toString());
    assertTrue(dropped >= 0);
    assertEquals(
        List.of(
            Syscall.PRCTL + " " + ProcessFlags.PR_SET_NO_NEW_PRIVS,
            Syscall.SECCOMP.toString(),
            Syscall.EXECVE.toString()),
        calls.subList(calls.size() - 3, calls.size()));
    List<String> before = calls.subList(0, dropped);
    List<String> after = calls.subList(dropped, calls.size());
    PRIVILEGED.forEach(call -> assertTrue(!after.contains(call.toString()), call::toString));
    String drop = Syscall.PRCTL + " " + ProcessFlags.PR_CAPBSET_DROP;
    // All that the kernel knows, and the first that it does not.
    assertEquals(42, before.stream().filter(drop::equals).count());
    assertTrue(before.contains(Syscall.PRCTL + " " + ProcessFlags.PR_CAP_AMBIENT));
    assertTrue(before.contains(Syscall.PRCTL + " " + ProcessFlags.PR_SET_SECUREBITS));
    assertTrue(calls.contains(Syscall.SETSID.toString()) && calls.contains(Syscall.KEYCTL.toString()));
  }

  @Property(tries = 100)
  void theOthersDropTheirsBeforeTheyWaitForAnything(@ForAll("cases") Sandboxes.Case subject) {
    SimulatedKernel kernel = Compiled.of(subject).run(Injection.NONE);
    for (String process : List.of("outer", "init")) {
      List<String> calls = calls(kernel, process);
      int dropped = calls.indexOf(Syscall.CAPSET.toString());
      int waits = calls.indexOf(Syscall.RT_SIGTIMEDWAIT.toString());
      int undumpable = calls.lastIndexOf(Syscall.PRCTL + " " + ProcessFlags.PR_SET_DUMPABLE);
      assertTrue(0 <= dropped && dropped < waits, process);
      assertTrue(0 <= undumpable && undumpable < waits, process);
      for (Syscall call : PRIVILEGED) {
        assertTrue(calls.lastIndexOf(call.toString()) < dropped, process + ": " + call);
      }
    }
  }

  @Property(tries = 100)
  void theHostsRootIsGoneAndNoTreeOfItIsTakenAfterThePivot(@ForAll("cases") Sandboxes.Case subject) {
    List<String> init = calls(Compiled.of(subject).run(Injection.NONE), "init");
    int pivot = init.indexOf(Syscall.PIVOT_ROOT.toString());
    assertEquals(
        List.of(Syscall.CHDIR, Syscall.PIVOT_ROOT, Syscall.UMOUNT2, Syscall.CHDIR).toString(),
        init.subList(pivot - 1, pivot + 3).toString());
    assertEquals(pivot, init.lastIndexOf(Syscall.PIVOT_ROOT.toString()));
    assertTrue(init.lastIndexOf(Syscall.OPEN_TREE.toString()) < pivot);
    assertTrue(pivot < init.indexOf(Syscall.CLONE.toString()));
  }

  @Provide
  Arbitrary<Sandboxes.Case> cases() {
    return Sandboxes.cases();
  }
}
