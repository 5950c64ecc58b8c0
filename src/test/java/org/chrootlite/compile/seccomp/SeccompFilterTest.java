package org.chrootlite.compile.seccomp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chrootlite.compile.bpf.Condition;
import org.chrootlite.compile.bpf.Field;
import org.chrootlite.compile.bpf.Instruction;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;
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
