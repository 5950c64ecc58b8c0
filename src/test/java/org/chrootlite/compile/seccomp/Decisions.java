package org.chrootlite.compile.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.chrootlite.compile.bpf.Action;
import org.chrootlite.compile.bpf.Instruction;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.compile.bpf.SeccompData;
import org.chrootlite.compile.bpf.Simulator;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Syscall;

/**
 * What a filter decides about every number of a call, by the policy and by the simulator, to be asked of a kernel.
 *
 * <p>No call is made: each of the filter's actions is replaced by an errno that tells which it was. And a kernel never
 * sees another machine's calls, so the one constant that a filter expects as its ABI is replaced by the machine's own.
 * All other instructions are the filter's.
 */
public final class Decisions {

  /**
   * By these the kernel's own probes come back from a program to the kernel, so it makes them whatever a filter says;
   * who calls them from elsewhere gets a signal or an error. Since Linux 6.14 and 6.18: see kernel/seccomp.c.
   */
  private static final Set<Syscall> PAST_ALL_FILTERS = Set.of(Syscall.URETPROBE, Syscall.UPROBE);

  private final SeccompFilter filter;
  private final Architecture machine;

  /** Which errno stands for which action. */
  private final Map<Action, Errno> stands = new LinkedHashMap<>();

  private final Program program;
  private final List<String> calls = new ArrayList<>();
  private final List<String> expected = new ArrayList<>();

  /** Those of a filter, for the kernel of a machine. */
  public Decisions(SeccompFilter filter, Architecture machine) {
    this.filter = filter;
    this.machine = machine;
    this.program = deciding();
    askAll();
  }

  /** The filter, by which the kernel makes no call. */
  public Program program() {
    return program;
  }

  /** What to ask, for {@code under-filter decide}. */
  public String calls() {
    return String.join("\n", calls) + "\n";
  }

  /** Asserts that a kernel has given these answers. */
  public void check(List<String> answers) {
    assertEquals(calls.size(), answers.size());
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      if (!expected.get(i).equals(answers.get(i))) {
        wrong.add(calls.get(i) + " -> " + expected.get(i) + ", but " + answers.get(i));
      }
    }
    assertEquals("", String.join("\n", wrong.subList(0, Math.min(20, wrong.size()))), wrong.size() + " are wrong");
    assertTrue(calls.size() > 10_000 && stands.size() > 6, calls.size() + " calls, " + stands);
  }

  private Errno standsFor(Action action) {
    // The last that there are: no call answers them by itself.
    return stands.computeIfAbsent(action, unknown -> List.of(Errno.values()).reversed().get(stands.size()));
  }

  private Program deciding() {
    List<Instruction> instructions = new ArrayList<>();
    int replaced = 0;
    for (Instruction instruction : filter.program().instructions()) {
      switch (instruction) {
        case Instruction.Return(Action action) ->
            instructions.add(new Instruction.Return(new Action.Fail(standsFor(action))));
        case Instruction.JumpIf jump when jump.constant() == (int) filter.architecture().auditArch() -> {
          instructions.add(
              new Instruction.JumpIf(jump.condition(), (int) machine.auditArch(), jump.ifTrue(), jump.ifFalse()));
          replaced++;
        }
        case Instruction.JumpIf _, Instruction.Jump _, Instruction.Load _, Instruction.And _ ->
            instructions.add(instruction);
      }
    }
    assertEquals(1, replaced, "the ABI is looked at once");
    return new Program(instructions);
  }

  private void askAll() {
    Random random = new Random(7);
    for (int number : Calls.numbers()) {
      for (List<Long> arguments : Calls.everyWay(filter.architecture(), number, random)) {
        ask(true, Integer.toUnsignedLong(number), arguments);
      }
      // A number is an int too: what is in the high half of its register must not lead past the filter.
      ask(true, random.nextLong() << 32 | Integer.toUnsignedLong(number), List.of(0L, 0L, 0L, 0L, 0L, 0L));
    }
    for (int number = 0; machine == Architecture.X86_64 && number < 1024; number++) {
      ask(false, number, List.of(1L, 2L, 3L, 4L, 5L, 0L));
    }
  }

  private void ask(boolean ourAbi, long register, List<Long> arguments) {
    Architecture architecture = filter.architecture();
    int abi = (int) architecture.auditArch() ^ (ourAbi ? 0 : 1);
    SeccompData call = new SeccompData((int) register, abi, 0, arguments);
    Action action = PolicyOracle.decide(architecture, call);
    assertEquals(action, Simulator.run(filter.program(), call), call::toString);
    if (ourAbi && isPastAllFilters((int) register)) {
      return;
    }
    StringBuilder line = new StringBuilder(ourAbi ? "64 " : "32 ").append(Long.toHexString(register));
    arguments.forEach(argument -> line.append(' ').append(Long.toHexString(argument)));
    calls.add(line.toString());
    expected.add("errno " + standsFor(action).number());
  }

  private boolean isPastAllFilters(int number) {
    return machine == Architecture.X86_64
        && PAST_ALL_FILTERS.stream().anyMatch(syscall -> syscall.number(machine) == number);
  }
}
