package org.chrootlite.compile.seccomp;

import java.util.List;
import org.chrootlite.compile.bpf.Instruction;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;

/**
 * The filter of one architecture, ready for seccomp(2).
 *
 * @param accounting who counts memory
 * @param allowedCount how many calls are made with some arguments at least
 */
public record SeccompFilter(Architecture architecture, Accounting accounting, Program program, int allowedCount) {

  /** Compiles {@link Policy} for an architecture, where the kernel counts memory. */
  public static SeccompFilter forArchitecture(Architecture architecture) {
    return forArchitecture(architecture, Accounting.KERNEL);
  }

  /** Compiles {@link Policy} for an architecture. The same each time, so that launchers are reproducible. */
  public static SeccompFilter forArchitecture(Architecture architecture, Accounting accounting) {
    int allowed = 0;
    for (Syscall syscall : Syscall.values()) {
      if (syscall.isOn(architecture) && Policy.of(syscall, accounting).mayAllow()) {
        allowed++;
      }
    }
    return new SeccompFilter(architecture, accounting, FilterCompiler.compile(architecture, accounting), allowed);
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
    return switch (accounting) {
      case KERNEL -> calls;
      case SAMPLED -> calls + "; none that hides memory, which is sampled";
    };
  }
}
