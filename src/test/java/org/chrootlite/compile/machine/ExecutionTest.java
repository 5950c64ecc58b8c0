package org.chrootlite.compile.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Syscall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs run for real, the same on each processor. */
class ExecutionTest {
  private static final Target.Label FAIL = new Target.Label("fail");
  private static final Datum.Cell ARGV = Datum.Cell.word("argv");
  private static final Datum.Cell FAILURE = new Datum.Cell("failure", 24);
  private static final Value NULL = Value.of(0);
  private static final long AT_FDCWD = -100;

  private final ProgramBuilder code = new ProgramBuilder(FAIL);

  private void write(String text) {
    int size = text.getBytes(StandardCharsets.UTF_8).length;
    code.call(Syscall.WRITE, Value.of(1), Value.string(text), Value.of(size)).only(size).emit();
  }

  private void exit(Value status) {
    code.run(Syscall.EXIT_GROUP, status);
  }

  /** A failure is written to standard error as it is recorded. */
  private Program program(String... prefix) {
    code.place(FAIL);
    code.call(Syscall.WRITE, Value.of(2), Value.addressOf(FAILURE), Value.of(24)).onError(Target.NEXT).emit();
    code.call(Syscall.EXIT_GROUP, Value.of(125)).onError(FAIL).when(0, FAIL).otherwise(FAIL).emit();
    return code.build(List.of(prefix), ARGV, FAILURE);
  }

  private static void assertOutcome(int exitCode, String output, Executable.Outcome actual) {
    assertEquals(new Executable.Outcome(exitCode, output, ""), actual);
  }

  @ParameterizedTest
  @EnumSource
  void callsTheKernelAndGoesOn(Architecture architecture) {
    write("häß\n");
    write("two\n");
    exit(Value.of(7));
    assertOutcome(7, "häß\ntwo\n", Executable.run(program(), architecture));
  }

  @ParameterizedTest
  @EnumSource
  void passesSixArguments(Architecture architecture) {
    Datum.Cell memory = Datum.Cell.word("memory");
    long privateAnonymous = 0x22;
    code.call(
            Syscall.MMAP,
            Value.of(0x10000000),
            Value.of(4096),
            Value.of(3),
            Value.of(privateAnonymous | 0x10),
            Value.of(-1),
            NULL)
        .into(memory)
        .only(0x10000000)
        .emit();
    // The last of six is the offset: of an odd one the kernel says EINVAL.
    Target.Label refused = code.freshLabel("refused");
    code.call(
            Syscall.MMAP, NULL, Value.of(4096), Value.of(3), Value.of(privateAnonymous), Value.of(-1), Value.of(1))
        .onError(refused)
        .otherwise(FAIL)
        .emit();
    code.place(refused);
    exit(Value.of(3));
    assertOutcome(3, "", Executable.run(program(), architecture));
  }

  @ParameterizedTest
  @EnumSource
  void aFailedCallIsRecordedWithItsPlaceAndError(Architecture architecture) {
    write("so far\n");
    int index = code.size();
    code.run(Syscall.OPENAT, Value.of(AT_FDCWD), Value.string("/does/not/exist"), NULL, NULL);
    write("never\n");
    Program program = program();
    Executable.Outcome outcome = Executable.run(program, architecture);
    assertEquals(125, outcome.exitCode());
    assertEquals("so far\n", outcome.output());
    byte[] bytes = outcome.errors().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer record = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(24, record.remaining());
    assertEquals(0, record.getLong(0));
    assertEquals(index, Image.operationAt(record.getLong(8), architecture));
    assertEquals(-Errno.ENOENT.number(), record.getLong(16));
  }

  @ParameterizedTest
  @EnumSource
  void loopsUntilTheKernelSaysInvalid(Architecture architecture) {
    Target.Label loop = code.freshLabel("loop");
    Target.Label check = code.freshLabel("check");
    Target.Label end = code.freshLabel("end");
    // With EINVAL for an option that there is none of, the loop ends; each turn before writes a letter.
    Datum.Cell turns = Datum.Cell.word("turns");
    code.place(loop);
    write("x");
    code.branch(Value.contentsOf(turns), 0, Target.NEXT, end);
    code.set(turns.at(0), 1);
    code.call(Syscall.PRCTL, Value.of(123456), NULL, NULL, NULL, NULL).onError(check).emit();
    code.jump(FAIL);
    code.place(check);
    code.branch(
        new Value.Contents(FAILURE.at(16)), 0, 0xfff, 0x1000 - Errno.EINVAL.number(), loop, FAIL);
    code.place(end);
    exit(NULL);
    assertOutcome(0, "xx", Executable.run(program(), architecture));
  }

  @ParameterizedTest
  @EnumSource
  void forksAndTellsTheStatusOfItsChild(Architecture architecture) {
    Target.Label child = code.freshLabel("child");
    Datum.Cell ends = Datum.Cell.word("ends");
    Datum.Cell pid = Datum.Cell.word("pid");
    Datum.Cell status = Datum.Cell.word("status");
    Datum.Cell read = Datum.Cell.word("read");
    Value readEnd = new Value.Contents(ends.at(0));
    Datum.Cell writeEnd = Datum.Cell.word("write end");
    code.run(Syscall.PIPE2, Value.addressOf(ends), NULL);
    code.branch(readEnd, 32, 0xffffffffL, 4, Target.NEXT, FAIL);
    code.set(writeEnd.at(0), 4);
    Datum.Cell first = Datum.Cell.word("first");
    code.copy32(ends.at(0), first.at(0));
    code.call(Syscall.CLONE, Value.of(17), NULL, NULL, NULL, NULL).into(pid).when(0, child).emit();
    code.call(Syscall.WAIT4, Value.contentsOf(pid), Value.addressOf(status), NULL, NULL).into(read).emit();
    code.call(Syscall.READ, Value.contentsOf(first), Value.addressOf(read), Value.of(8)).only(5).emit();
    code.call(Syscall.WRITE, Value.of(1), Value.addressOf(read), Value.of(5)).only(5).emit();
    code.branch(Value.contentsOf(status), 8, 0xff, 42, Target.NEXT, FAIL);
    exit(Value.of(9));
    code.place(child);
    code.run(Syscall.WRITE, Value.contentsOf(writeEnd), Value.string("child"), Value.of(5));
    exit(Value.of(42));
    assertOutcome(9, "child", Executable.run(program(), architecture));
  }

  private void execute(String path, String... environment) {
    code.run(
        Syscall.EXECVE,
        Value.string(path),
        Value.contentsOf(ARGV),
        Value.addressOf(Datum.strings(List.of(environment))));
  }

  @ParameterizedTest
  @EnumSource
  void executesWithItsPrefixAndItsOwnArguments(Architecture architecture) {
    execute("/bin/sh");
    Program program = program("/bin/sh", "-c", "for i; do echo \"<$i>\"; done", "sh", "");
    assertOutcome(
        0, "<>\n<a b>\n<>\n<é>\n", Executable.run(program, architecture, "a b", "", "é"));
  }

  @ParameterizedTest
  @EnumSource
  void executesWithTheEnvironmentGivenOnly(Architecture architecture) {
    execute("/usr/bin/env", "A=1", "EMPTY=", "SPACE= x ");
    assertOutcome(0, "A=1\nEMPTY=\nSPACE= x \n", Executable.run(program("env"), architecture));
  }

  @ParameterizedTest
  @EnumSource
  void takesVeryManyArguments(Architecture architecture) {
    execute("/bin/sh");
    String[] arguments = new String[5001];
    Arrays.fill(arguments, "x");
    Program program = program("/bin/sh", "-c", "echo $#", "sh");
    assertOutcome(0, "5001\n", Executable.run(program, architecture, arguments));
  }

  @ParameterizedTest
  @EnumSource
  void theStackStaysAsTheKernelWantsItForAnyNumberOfArguments(Architecture architecture) {
    execute("/bin/sh");
    Program program = program("/bin/sh", "-c", "echo $#", "sh");
    for (int count = 0; count < 4; count++) {
      String[] arguments = new String[count];
      Arrays.fill(arguments, "x");
      assertOutcome(0, count + "\n", Executable.run(program, architecture, arguments));
    }
  }

  @Test
  void aVectorWithoutEvenANameIsNotTakenForOneWithArguments(@TempDir Path directory) throws IOException {
    // Since Linux 5.18 execve(2) puts an empty name in; before, the launcher finds a count of 0 and refuses.
    ProgramBuilder second = new ProgramBuilder(FAIL);
    Value environment = Value.addressOf(Datum.strings(List.of("A=1")));
    second.run(Syscall.EXECVE, Value.string("/bin/sh"), Value.contentsOf(ARGV), environment);
    second.place(FAIL);
    second.call(Syscall.EXIT_GROUP, Value.of(125)).onError(FAIL).when(0, FAIL).otherwise(FAIL).emit();
    Program counts = second.build(List.of("/bin/sh", "-c", "echo $# $A", "sh"), ARGV, FAILURE);
    Path file = Files.write(directory.resolve("second"), Image.executable(counts, Architecture.X86_64));
    assertTrue(file.toFile().setExecutable(true));
    Value nothing = Value.addressOf(Datum.strings(List.of()));
    code.run(Syscall.EXECVE, Value.string(file.toString()), nothing, nothing);
    assertOutcome(0, "0 1\n", Executable.run(program(), Architecture.X86_64));
  }

  @ParameterizedTest
  @EnumSource
  void extractsFromAnyByteWithAnyShiftAndMask(Architecture architecture) {
    Datum.Cell cell = new Datum.Cell("cell", 16);
    code.set(cell.at(0), 0xcafebabeL);
    code.set(cell.at(8), 0x89abcdefL);
    branchTo(new Value.Contents(cell.at(0)), 0, 0xff, 0xbe);
    branchTo(new Value.Contents(cell.at(1)), 0, 0xffff, 0xfeba);
    branchTo(new Value.Contents(cell.at(4)), 32, 0xffffffffL, 0x89abcdefL);
    branchTo(Value.of(Long.MIN_VALUE), 63, 0xffffffffL, 1);
    branchTo(Value.of(-1), 1, 0x7fffffff, 0x7fffffff);
    branchTo(Value.of(-22), 0, 0xfff, 0x1000 - 22);
    write("all");
    exit(NULL);
    assertOutcome(0, "all", Executable.run(program(), architecture));
  }

  private void branchTo(Value value, int shift, long mask, long expected) {
    if (expected <= Integer.MAX_VALUE) {
      code.branch(value, shift, mask, (int) expected, Target.NEXT, FAIL);
    } else {
      // A result above 2^31 is equal to no expectation, which is signed: compared by halves.
      code.branch(value, shift, mask, (int) expected, FAIL, Target.NEXT);
      code.branch(value, shift, 0xffff, (int) (expected & 0xffff), Target.NEXT, FAIL);
      code.branch(value, shift + 16, 0xffff, (int) (expected >>> 16 & 0xffff), Target.NEXT, FAIL);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsEveryErrorFromEveryOther(Architecture architecture) {
    // As Lowering compares them: the low twelve bits of a negative number.
    for (int number = 1; number <= Errno.MAX; number++) {
      branchTo(Value.of(-number), 0, 0xfff, 0x1000 - number);
      code.branch(Value.of(-number), 0, 0xfff, 0x1000 - (number % Errno.MAX + 1), FAIL, Target.NEXT);
    }
    write("4095");
    exit(NULL);
    assertOutcome(0, "4095", Executable.run(program(), architecture));
  }

  @Test
  void anArchitectureWithoutACallIsToldSoWhenTheProgramIsLaidOut() {
    code.run(Syscall.OPEN, Value.string("/"), NULL);
    Program program = program();
    Image.executable(program, Architecture.X86_64);
    assertThrows(IllegalArgumentException.class, () -> Image.executable(program, Architecture.AARCH64));
  }

  @Test
  void placesOutsideTheTableAreNoOperations() {
    for (Architecture architecture : Architecture.values()) {
      for (long address : new long[] {0, 1, Image.DATA, Image.CODE, Image.WRITABLE, -1, Long.MIN_VALUE, 1L << 40}) {
        assertEquals(-1, Image.operationAt(address, architecture));
      }
    }
  }
}
