package org.chrootlite.compile.step;

import java.util.Arrays;

/** A seccomp program, and what it does in a few words. */
public final class SyscallFilter {
  private final byte[] program;
  private final String summary;

  /**
   * A filter.
   *
   * @param program instructions of eight bytes each, {@code struct sock_filter}
   * @param summary such as {@code seccomp: 312 calls allowed, default ENOSYS}
   */
  public SyscallFilter(byte[] program, String summary) {
    if (program.length == 0 || program.length % 8 != 0) {
      throw new IllegalArgumentException("not a seccomp program: " + program.length + " bytes");
    }
    this.program = program.clone();
    this.summary = summary;
  }

  /** The instructions, a copy. */
  public byte[] program() {
    return program.clone();
  }

  /** How many instructions. */
  public int length() {
    return program.length / 8;
  }

  /** What it does, in a few words. */
  public String summary() {
    return summary;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SyscallFilter filter && Arrays.equals(program, filter.program);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(program);
  }

  @Override
  public String toString() {
    return summary;
  }
}
