package org.chrootlite.compile.bpf;

import org.chrootlite.linux.Errno;

/** What becomes of a system call: the {@code SECCOMP_RET_*} values of seccomp(2) that our filters use. */
public sealed interface Action {

  /** The call is made. */
  record Allow() implements Action {
    @Override
    public String toString() {
      return "allow";
    }
  }

  /** The call is not made, and its caller sees this error. */
  record Fail(Errno errno) implements Action {
    @Override
    public String toString() {
      return errno.name();
    }
  }

  /** The whole process ends with SIGSYS; Linux 4.14. */
  record KillProcess() implements Action {
    @Override
    public String toString() {
      return "kill process";
    }
  }

  /** The 32-bit number that the filter returns for it. */
  default int encode() {
    return switch (this) {
      case Allow() -> 0x7fff0000;
      case Fail(Errno errno) -> 0x00050000 | errno.number();
      case KillProcess() -> 0x80000000;
    };
  }

  /**
   * The reverse of {@link #encode}.
   *
   * @throws IllegalArgumentException for a number that no action of ours has
   */
  static Action decode(int value) {
    Action allow = new Allow();
    if (value == allow.encode()) {
      return allow;
    }
    Action kill = new KillProcess();
    if (value == kill.encode()) {
      return kill;
    }
    for (Errno errno : Errno.values()) {
      Action fail = new Fail(errno);
      if (value == fail.encode()) {
        return fail;
      }
    }
    throw new IllegalArgumentException("not an action: 0x" + Integer.toHexString(value));
  }
}
