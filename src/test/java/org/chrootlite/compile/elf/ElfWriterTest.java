package org.chrootlite.compile.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.Executable;
import org.chrootlite.compile.machine.Image;
import org.chrootlite.compile.machine.Program;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;
import org.chrootlite.testing.Command;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What others make of our executables: readelf and the kernel. */
class ElfWriterTest {
  private static final Target.Label FAIL = new Target.Label("fail");
  private static final int MEGABYTE = 1 << 20;

  /** Writes so many bytes of content, reads them back from a cell of that size, and tells how many came. */
  private static Program copies(int size) {
    ProgramBuilder code = new ProgramBuilder(FAIL);
    Datum.Cell file = Datum.Cell.word("file");
    Datum.Cell memory = new Datum.Cell("memory", size);
    byte[] content = new byte[size];
    content[size - 1] = 'z';
    code.call(Syscall.MEMFD_CREATE, Value.string("copy"), Value.of(0)).into(file).emit();
    Value whole = Value.addressOf(new Datum.Bytes(content));
    code.call(Syscall.WRITE, Value.contentsOf(file), whole, Value.of(size)).only(size).emit();
    Value start = Value.of(0);
    Value there = Value.addressOf(memory);
    code.call(Syscall.PREAD64, Value.contentsOf(file), there, Value.of(size), start).only(size).emit();
    code.call(Syscall.WRITE, Value.of(1), new Value.AddressOf(memory, size - 1), Value.of(1)).only(1).emit();
    code.run(Syscall.EXIT_GROUP, Value.of(0));
    code.place(FAIL);
    code.run(Syscall.EXIT_GROUP, Value.of(125));
    code.jump(FAIL);
    return code.build();
  }

  @ParameterizedTest
  @EnumSource
  void readelfAgrees(Architecture architecture, @TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("launcher"), Image.executable(copies(8), architecture));
    String text = Command.output("readelf", "--wide", "--file-header", "--program-headers", file.toString());
    assertTrue(!text.toLowerCase(Locale.ROOT).contains("warning"), text);
    Golden.assertMatches("elf/" + architecture.kernelName() + ".txt", text);
  }

  @ParameterizedTest
  @EnumSource
  void theKernelLoadsFivesMegabytesOfContentAndAsMuchMemory(Architecture architecture) {
    Executable.Outcome outcome = Executable.run(copies(5 * MEGABYTE), architecture);
    assertEquals(new Executable.Outcome(0, "z", ""), outcome);
  }
}
