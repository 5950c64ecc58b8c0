package org.chrootlite.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.compile.bpf.Action;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;

/** {@code src/test/c/under-filter.c}: makes calls, or becomes another program, under a filter in the real kernel. */
public record UnderFilter(Path program, Path filter) {

  public static final Architecture HOST = switch (System.getProperty("os.arch")) {
    case "amd64" -> Architecture.X86_64;
    case "aarch64" -> Architecture.AARCH64;
    case String other -> throw new AssertionError("no filter for " + other);
  };

  /** Compiles the program into a folder, with a filter beside it. */
  public static UnderFilter in(Path folder, Program filter) throws IOException {
    Path program = Command.compileC(Path.of("src/test/c/under-filter.c"), folder.resolve("under-filter"));
    return new UnderFilter(program, Files.write(folder.resolve("filter"), filter.bytes()));
  }

  /** A line that asks for a call; arguments are hexadecimal, or "P" for a pointer to zeros, and 0 where left out. */
  public static String call(int number, String... arguments) {
    StringBuilder line = new StringBuilder("64 ").append(Integer.toHexString(number));
    for (int i = 0; i < 6; i++) {
      line.append(' ').append(i < arguments.length ? arguments[i] : "0");
    }
    return line.append('\n').toString();
  }

  public static String call(Syscall syscall, String... arguments) {
    return call(syscall.number(HOST), arguments);
  }

  /** What came of each call: {@code result N}, {@code errno N} or {@code signal N}. */
  public List<String> answers(String calls) {
    return Command.output(calls, List.of(program.toString(), filter.toString(), "probe")).lines().toList();
  }

  /** The same, of a filter that lets no call be made: each of its actions is an errno. So many can be asked for. */
  public List<String> decisions(String calls) {
    return Command.output(calls, List.of(program.toString(), filter.toString(), "decide")).lines().toList();
  }

  public String answer(String call) {
    return answers(call).getFirst();
  }

  /** How an action shows in {@link #answers}, for a call whose result is {@code result} when it is made. */
  public static String answer(Action action, String result) {
    return switch (action) {
      case Action.Allow _ -> result;
      case Action.Fail(Errno errno) -> "errno " + errno.number();
      case Action.KillProcess _ -> "signal " + Signal.SIGSYS.number();
    };
  }

  /** What a program writes; it must exit with 0. */
  public String run(String... command) {
    List<String> all = new ArrayList<>(List.of(program.toString(), filter.toString(), "exec"));
    all.addAll(List.of(command));
    return Command.output("", all).strip();
  }
}
