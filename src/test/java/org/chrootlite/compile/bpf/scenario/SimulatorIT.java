package org.chrootlite.compile.bpf.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chrootlite.compile.bpf.Action;
import org.chrootlite.compile.bpf.Condition;
import org.chrootlite.compile.bpf.Field;
import org.chrootlite.compile.bpf.Instruction;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.compile.bpf.Programs;
import org.chrootlite.compile.bpf.SeccompData;
import org.chrootlite.compile.bpf.Simulator;
import org.chrootlite.linux.Syscall;
import org.chrootlite.testing.Command;
import org.chrootlite.testing.UnderFilter;

/** Arbitrary programs do in the kernel what they do in the simulator. */
class SimulatorIT {

  /** Takes no arguments, so its registers can hold anything. */
  private static final int GETPPID = Syscall.GETPPID.number(UnderFilter.HOST);

  private static final Path FOLDER = Path.of("target", "simulator");

  private static final Path PROBER = compile();

  private static Path compile() {
    try {
      Files.createDirectories(FOLDER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Command.compileC(Path.of("src/test/c/under-filter.c"), FOLDER.resolve("under-filter"));
  }

  /** Where an instruction is in memory is the kernel's to choose, so programs must not ask for it. */
  @Provide
  Arbitrary<Program> programs() {
    return Programs.programs()
        .filter(program -> program.instructions().stream()
            .noneMatch(instruction -> instruction instanceof Instruction.Load(Field field)
                && (field.offset() == 8 || field.offset() == 12)));
  }

  @Provide
  Arbitrary<List<SeccompData>> calls() {
    return Programs.calls().list().ofSize(10);
  }

  @Property(tries = 100)
  void theKernelDoesWhatTheSimulatorDoes(
      @ForAll("programs") Program program, @ForAll("calls") List<SeccompData> calls) throws IOException {
    // All other calls are made, or the prober itself would fail.
    List<Instruction> instructions = new ArrayList<>(List.of(
        new Instruction.Load(Field.NUMBER),
        new Instruction.JumpIf(Condition.EQUAL, GETPPID, 1, 0),
        new Instruction.Return(new Action.Allow())));
    instructions.addAll(program.instructions());
    Program filter = new Program(instructions);
    Path file = Files.write(FOLDER.resolve("filter"), filter.bytes());

    StringBuilder lines = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (SeccompData call : calls) {
      lines.append(UnderFilter.call(GETPPID, call.arguments().stream().map(Long::toHexString).toArray(String[]::new)));
      SeccompData made = new SeccompData(GETPPID, (int) UnderFilter.HOST.auditArch(), 0, call.arguments());
      expected.add(UnderFilter.answer(Simulator.run(filter, made), "result"));
    }
    List<String> actual = new UnderFilter(PROBER, file).answers(lines.toString());
    // The result is the prober's process number.
    assertEquals(expected, actual.stream().map(answer -> answer.replaceAll("^result .*", "result")).toList());
  }
}
