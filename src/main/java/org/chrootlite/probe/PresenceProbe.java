package org.chrootlite.probe;

import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;

/**
 * A probe that is there to be looked at from the host. It leaves a daemon behind, in a session of its own, prints a
 * byte, and stays until its standard input ends.
 */
public final class PresenceProbe {
  private static final Value NULL = Value.of(0);

  private PresenceProbe() {}

  /** The executable. */
  public static byte[] executable(Architecture architecture) {
    ProgramBuilder code = new ProgramBuilder(ProbeExecutable.EXIT);
    Target.Label daemon = code.freshLabel("daemon");
    Target.Label sleep = code.freshLabel("sleep");
    Value how = Value.of(Signal.SIGCHLD.number());
    code.call(Syscall.CLONE, how, NULL, NULL, NULL, NULL).when(0, daemon).emit();
    code.run(Syscall.WRITE, Value.of(1), Value.string("."), Value.of(1));
    code.run(Syscall.READ, NULL, Value.addressOf(TrialProgram.BUFFER), Value.of(1));
    ProbeExecutable.exit(code, 0);
    code.place(daemon);
    code.run(Syscall.SETSID);
    code.place(sleep);
    code.call(Syscall.PPOLL, NULL, NULL, NULL, NULL, NULL).onError(sleep).when(0, sleep).otherwise(sleep).emit();
    return ProbeExecutable.finish(code, architecture);
  }
}
