package org.chrootlite.probe;

import org.chrootlite.compile.machine.Image;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;

/** From a program of system calls to an executable. */
final class ProbeExecutable {
  /** Where a probe goes on that cannot go on: it exits with {@link #LOST}. */
  static final Target.Label EXIT = new Target.Label("exit");

  /** The exit code of a probe that could not tell what it saw. */
  static final int LOST = 99;

  private ProbeExecutable() {}

  /** Ends the process. */
  static void exit(ProgramBuilder code, int status) {
    Target.Label again = code.freshLabel("exit");
    code.place(again);
    code.call(Syscall.EXIT_GROUP, Value.of(status)).onError(again).when(0, again).otherwise(again).emit();
  }

  /** The executable of a program that exits with 0 when it comes to its end. */
  static byte[] finish(ProgramBuilder code, Architecture architecture) {
    exit(code, 0);
    code.place(EXIT);
    exit(code, LOST);
    return Image.executable(code.build(), architecture);
  }
}
