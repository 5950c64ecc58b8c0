package org.chrootlite.linux;

/** A machine that launchers are made for. */
public enum Architecture {
  /** AMD64, 64-bit ABI only: neither i386 nor x32. */
  X86_64("x86_64", 62, 0xC000003EL),
  /** 64-bit ARM, little-endian. */
  AARCH64("aarch64", 183, 0xC00000B7L);

  private final String kernelName;
  private final int elfMachine;
  private final long auditArch;

  Architecture(String kernelName, int elfMachine, long auditArch) {
    this.kernelName = kernelName;
    this.elfMachine = elfMachine;
    this.auditArch = auditArch;
  }

  /** What uname(2) calls it. */
  public String kernelName() {
    return kernelName;
  }

  /** {@code e_machine} of an ELF header; see elf(5). */
  public int elfMachine() {
    return elfMachine;
  }

  /** {@code AUDIT_ARCH_*}: what a seccomp filter sees in {@code seccomp_data.arch}; see seccomp(2). */
  public long auditArch() {
    return auditArch;
  }
}
