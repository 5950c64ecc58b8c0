package org.chrootlite.compile.seccomp.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
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
import org.chrootlite.compile.seccomp.Calls;
import org.chrootlite.compile.seccomp.PolicyOracle;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Syscall;
import org.chrootlite.testing.UnderFilter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The kernel runs the filters of both architectures for every number of a call, and decides as the simulator does, and
 * as the policy says.
 *
 * <p>No call is made: each of the filter's actions is replaced by an errno that tells which it was. And this machine's
 * kernel never sees another machine's calls, so the one constant that a filter expects as its ABI is replaced by that
 * of this machine. All other instructions are the filter's own.
 */
class EveryNumberIT {
  private static final Architecture HOST = UnderFilter.HOST;

  /**
   * By these the kernel's own probes come back from a program to the kernel, so it makes them whatever a filter says;
   * who calls them from elsewhere gets a signal or an error. Since Linux 6.14 and 6.18: see kernel/seccomp.c.
   */
  private static final Set<Integer> PAST_ALL_FILTERS =
      HOST == Architecture.X86_64
          ? Set.of(Syscall.URETPROBE.number(HOST), Syscall.UPROBE.number(HOST))
          : Set.of();

  @TempDir private Path directory;

  /** Which errno stands for which action. */
  private final Map<Action, Errno> stands = new LinkedHashMap<>();

  private final StringBuilder calls = new StringBuilder();
  private final List<String> expected = new ArrayList<>();

  private Errno standsFor(Action action) {
    // The last that there are: no call answers them by itself.
    return stands.computeIfAbsent(action, unknown -> List.of(Errno.values()).reversed().get(stands.size()));
  }

  private Program deciding(Program filter, Architecture architecture) {
    List<Instruction> instructions = new ArrayList<>();
    int replaced = 0;
    for (Instruction instruction : filter.instructions()) {
      switch (instruction) {
        case Instruction.Return(Action action) ->
            instructions.add(new Instruction.Return(new Action.Fail(standsFor(action))));
        case Instruction.JumpIf jump when jump.constant() == (int) architecture.auditArch() -> {
          instructions.add(
              new Instruction.JumpIf(jump.condition(), (int) HOST.auditArch(), jump.ifTrue(), jump.ifFalse()));
          replaced++;
        }
        case Instruction.JumpIf _, Instruction.Jump _, Instruction.Load _, Instruction.And _ ->
            instructions.add(instruction);
      }
    }
    assertEquals(1, replaced, "the ABI is looked at once");
    return new Program(instructions);
  }

  private void ask(SeccompFilter filter, boolean ourAbi, long register, List<Long> arguments) {
    Architecture architecture = filter.architecture();
    int abi = (int) architecture.auditArch() ^ (ourAbi ? 0 : 1);
    SeccompData call = new SeccompData((int) register, abi, 0, arguments);
    Action action = PolicyOracle.decide(architecture, call);
    assertEquals(action, Simulator.run(filter.program(), call), call::toString);
    if (ourAbi && PAST_ALL_FILTERS.contains((int) register)) {
      return;
    }
    StringBuilder line = new StringBuilder(ourAbi ? "64 " : "32 ").append(Long.toHexString(register));
    arguments.forEach(argument -> line.append(' ').append(Long.toHexString(argument)));
    calls.append(line).append('\n');
    expected.add(line + " -> errno " + standsFor(action).number());
  }

  private void askAll(SeccompFilter filter) {
    Random random = new Random(7);
    for (int number : Calls.numbers()) {
      for (List<Long> arguments : Calls.everyWay(filter.architecture(), number, random)) {
        ask(filter, true, Integer.toUnsignedLong(number), arguments);
      }
      // A number is an int too: what is in the high half of its register must not lead past the filter.
      ask(filter, true, random.nextLong() << 32 | Integer.toUnsignedLong(number), List.of(0L, 0L, 0L, 0L, 0L, 0L));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theKernelDecidesOnEveryNumberAsTheSimulatorDoesOnceTheAbiIsThisMachines(Architecture architecture)
      throws IOException {
    SeccompFilter filter = SeccompFilter.forArchitecture(architecture);
    UnderFilter kernel = UnderFilter.in(directory, deciding(filter.program(), architecture));
    askAll(filter);
    if (HOST == Architecture.X86_64) {
      for (int number = 0; number < 1024; number++) {
        ask(filter, false, number, List.of(1L, 2L, 3L, 4L, 5L, 0L));
      }
    }
    List<String> answers = kernel.decisions(calls.toString());
    List<String> lines = calls.toString().lines().toList();
    assertEquals(lines.size(), answers.size());
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      if (!expected.get(i).equals(lines.get(i) + " -> " + answers.get(i))) {
        wrong.add(expected.get(i) + ", but " + answers.get(i));
      }
    }
    assertEquals("", String.join("\n", wrong.subList(0, Math.min(20, wrong.size()))), wrong.size() + " are wrong");
    assertTrue(lines.size() > 10_000 && stands.size() > 6, lines.size() + " calls, " + stands);
  }
}
