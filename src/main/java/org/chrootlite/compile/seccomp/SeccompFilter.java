package org.chrootlite.compile.seccomp;

import java.util.List;
import org.chrootlite.compile.bpf.Instruction;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.FileLocks;

/**
 * The filter of one architecture, ready for seccomp(2).
 *
 * @param accounting who counts memory
 * @param locks whether files may be locked
 * @param allowedCount how many calls are made with some arguments at least
 */
public record SeccompFilter(
    Architecture architecture, Accounting accounting, FileLocks locks, Program program, int allowedCount) {

  /** Compiles {@link Policy} for an architecture, where the kernel counts memory and files may be locked. */
  public static SeccompFilter forArchitecture(Architecture architecture) {
    return forArchitecture(architecture, Accounting.KERNEL, FileLocks.ALLOW);
  }

  /** Compiles {@link Policy} for an architecture. The same each time, so that launchers are reproducible. */
  public static SeccompFilter forArchitecture(Architecture architecture, Accounting accounting, FileLocks locks) {
    int allowed = 0;
    for (Syscall syscall : Syscall.values()) {
      if (syscall.isOn(architecture) && Policy.of(syscall, accounting, locks).mayAllow()) {
        allowed++;
      }
    }
    Program program = FilterCompiler.compile(architecture, accounting, locks);
    return new SeccompFilter(architecture, accounting, locks, program, allowed);
  }

  /** The program's instructions. */
  public List<Instruction> instructions() {
    return program.instructions();
  }

  /** The program as the kernel wants it: {@code struct sock_filter}, 8 bytes an instruction. */
  public byte[] bytes() {
    return program.bytes();
  }

  /** One line for people: {@code seccomp: 312 calls allowed, default ENOSYS}. */
  public String summary() {
    String calls = "seccomp: " + allowedCount + " calls allowed, default ENOSYS";
    String counted =
        switch (accounting) {
          case KERNEL -> calls;
          case SAMPLED -> calls + "; none that hides memory, which is sampled";
        };
    return switch (locks) {
      case ALLOW -> counted;
      case DENY -> counted + "; no file locks";
    };
  }
}
