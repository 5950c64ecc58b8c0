package org.chrootlite.compile.seccomp.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;
import org.chrootlite.testing.Command;

/** {@code src/test/c/under-filter.c}: makes calls, or becomes another program, under a filter in the real kernel. */
record UnderFilter(Path program, Path filter) {

  static final Architecture HOST = switch (System.getProperty("os.arch")) {
    case "amd64" -> Architecture.X86_64;
    case "aarch64" -> Architecture.AARCH64;
    case String other -> throw new AssertionError("no filter for " + other);
  };

  /** Compiles the program into a folder, with a filter beside it. */
  static UnderFilter in(Path folder, Program filter) throws IOException {
    Path program = Command.compileC(Path.of("src/test/c/under-filter.c"), folder.resolve("under-filter"));
    return new UnderFilter(program, Files.write(folder.resolve("filter"), filter.bytes()));
  }

  /** A line that asks for a call; arguments are hexadecimal, or "P" for a pointer to zeros, and 0 where left out. */
  static String call(int number, String... arguments) {
    StringBuilder line = new StringBuilder("64 ").append(Integer.toHexString(number));
    for (int i = 0; i < 6; i++) {
      line.append(' ').append(i < arguments.length ? arguments[i] : "0");
    }
    return line.append('\n').toString();
  }

  static String call(Syscall syscall, String... arguments) {
    return call(syscall.number(HOST), arguments);
  }

  /** What came of each call: {@code result N}, {@code errno N} or {@code signal N}. */
  List<String> answers(String calls) {
    return Command.output(calls, List.of(program.toString(), filter.toString(), "probe")).lines().toList();
  }

  String answer(String call) {
    return answers(call).getFirst();
  }

  /** What a program writes; it must exit with 0. */
  String run(String... command) {
    List<String> all = new ArrayList<>(List.of(program.toString(), filter.toString(), "exec"));
    all.addAll(List.of(command));
    return Command.output("", all).strip();
  }
}
