package org.chrootlite.compile.seccomp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.chrootlite.compile.bpf.Action;
import org.chrootlite.compile.bpf.Condition;
import org.chrootlite.compile.bpf.Field;
import org.chrootlite.compile.bpf.Instruction;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.compile.bpf.SeccompData;
import org.chrootlite.compile.bpf.Simulator;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.FileLocks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeccompFilterTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/seccomp");

  /** Compares a text with a file, or with {@code -Dgolden.update=true} writes the file. */
  private static void assertGolden(String name, String actual) throws IOException {
    Path file = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, actual);
    }
    assertEquals(Files.readString(file), actual);
  }

  @ParameterizedTest
  @EnumSource
  void theProgramReadsAsItsGoldenFile(Architecture architecture) throws IOException {
    SeccompFilter filter = SeccompFilter.forArchitecture(architecture);
    assertGolden(architecture.kernelName() + ".txt", filter.summary() + "\n" + filter.program().text());
  }

  @Test
  void thePolicyReadsAsItsGoldenFile() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Syscall syscall : Syscall.values()) {
      text.append(syscall.id()).append(": ").append(PolicyOracle.text(Policy.of(syscall))).append('\n');
    }
    assertGolden("policy.txt", text.toString());
  }

  /** Those arguments with which a call is most often made: all of them 0. */
  private static Action decide(SeccompFilter filter, int number) {
    int abi = (int) filter.architecture().auditArch();
    return Simulator.run(filter.program(), new SeccompData(number, abi, 0, List.of(0L, 0L, 0L, 0L, 0L, 0L)));
  }

  @ParameterizedTest
  @EnumSource
  void whereMemoryIsSampledOnlyThoseCallsAreMissingThatHideIt(Architecture architecture) {
    SeccompFilter full = SeccompFilter.forArchitecture(architecture);
    SeccompFilter sampled = SeccompFilter.forArchitecture(architecture, Accounting.SAMPLED, FileLocks.ALLOW);
    Set<Syscall> missing = EnumSet.noneOf(Syscall.class);
    for (Syscall syscall : Syscall.values()) {
      if (syscall.isOn(architecture)) {
        Action action = decide(sampled, syscall.number(architecture));
        if (!action.equals(decide(full, syscall.number(architecture)))) {
          assertEquals(new Action.Fail(Errno.ENOSYS), action);
          missing.add(syscall);
        }
      }
    }
    assertEquals(
        EnumSet.of(Syscall.MEMFD_CREATE, Syscall.SHMGET, Syscall.SEMGET, Syscall.MSGGET, Syscall.VMSPLICE), missing);
    assertEquals(full.allowedCount() - 5, sampled.allowedCount());
    assertEquals(
        "seccomp: %d calls allowed, default ENOSYS; none that hides memory, which is sampled"
            .formatted(sampled.allowedCount()),
        sampled.summary());
  }

  @ParameterizedTest
  @EnumSource
  void whereLocksAreDeniedTheSummarySaysSo(Architecture architecture) {
    SeccompFilter filter = SeccompFilter.forArchitecture(architecture, Accounting.KERNEL, FileLocks.DENY);
    int others = SeccompFilter.forArchitecture(architecture).allowedCount() - 1;
    assertEquals("seccomp: " + others + " calls allowed, default ENOSYS; no file locks", filter.summary());
  }

  @ParameterizedTest
  @EnumSource
  void theFilterIsTheSameEachTime(Architecture architecture) {
    assertArrayEquals(
        SeccompFilter.forArchitecture(architecture).bytes(), SeccompFilter.forArchitecture(architecture).bytes());
  }

  @ParameterizedTest
  @EnumSource
  void theBytesDecodeToTheProgram(Architecture architecture) {
    SeccompFilter filter = SeccompFilter.forArchitecture(architecture);
    assertEquals(filter.program(), Program.decode(filter.bytes()));
  }

  @ParameterizedTest
  @EnumSource
  void allInstructionsThatLookAtArgumentsLookAtTheirLowHalves(Architecture architecture) {
    for (Instruction instruction : SeccompFilter.forArchitecture(architecture).instructions()) {
      if (instruction instanceof Instruction.Load load && load.field().offset() >= 16) {
        assertEquals(0, load.field().offset() % 8, "low half");
      }
    }
  }

  /** The kernel runs the filter on each call it can't decide by number, so it must be short on any way through. */
  @ParameterizedTest
  @EnumSource
  void aNumberIsFoundInAFewSteps(Architecture architecture) {
    var instructions = SeccompFilter.forArchitecture(architecture).instructions();
    int[] longest = new int[instructions.size()];
    for (int at = instructions.size() - 1; at >= 0; at--) {
      longest[at] = switch (instructions.get(at)) {
        case Instruction.JumpIf jump when jump.condition() == Condition.GREATER_OR_EQUAL ->
            1 + Math.max(longest[at + 1 + jump.ifTrue()], longest[at + 1 + jump.ifFalse()]);
        case Instruction.JumpIf _, Instruction.Jump _, Instruction.Load _, Instruction.And _, Instruction.Return _ -> 0;
      };
    }
    int first = instructions.indexOf(new Instruction.Load(Field.NUMBER)) + 1;
    assertTrue(longest[first] > 0 && longest[first] <= 8, () -> longest[first] + " comparisons of the number");
  }
}
