package org.chrootlite.linux;

/** Numbers for prctl(2), rt_sigprocmask(2), wait4(2) and others that act on a process; {@code linux/prctl.h}. */
public final class ProcessFlags {
  public static final long PR_SET_PDEATHSIG = 1;
  public static final long PR_SET_DUMPABLE = 4;
  public static final long PR_SET_NAME = 15;
  public static final long PR_CAPBSET_DROP = 24;
  public static final long PR_SET_SECUREBITS = 28;
  public static final long PR_SET_NO_NEW_PRIVS = 38;
  public static final long PR_CAP_AMBIENT = 47;
  public static final long PR_CAP_AMBIENT_CLEAR_ALL = 4;

  /**
   * {@code SECBIT_NOROOT}, {@code NO_SETUID_FIXUP} and {@code NO_CAP_AMBIENT_RAISE} set, {@code KEEP_CAPS} clear, and
   * all of them locked; {@code linux/securebits.h}.
   */
  public static final long SECUREBITS_LOCKED = 0xef;

  /** {@code _LINUX_CAPABILITY_VERSION_3}; see capset(2). */
  public static final long CAPABILITY_VERSION_3 = 0x20080522;

  /** More capabilities than any kernel knows: their sets have 64 bits. */
  public static final int CAPABILITIES = 64;

  /** CAP_CHOWN to CAP_CHECKPOINT_RESTORE, of Linux 5.9: every kernel that launchers run on knows them. */
  public static final int CAPABILITIES_OF_LINUX_5_12 = 41;

  /** For clone(2). */
  public static final long CLONE_VM = 0x100;

  public static final long CLONE_FILES = 0x400;
  public static final long CLONE_VFORK = 0x4000;

  public static final long SIG_SETMASK = 2;
  /** A signal's cause where it came from a timer or the like; from a process it is 0 or less. See sigaction(2). */
  public static final int SI_KERNEL = 0x80;

  public static final long WNOHANG = 1;
  public static final long ITIMER_REAL = 0;
  public static final long CLOCK_MONOTONIC = 1;
  public static final long RUSAGE_CHILDREN = -1;
  public static final long KEYCTL_JOIN_SESSION_KEYRING = 1;
  public static final long SECCOMP_SET_MODE_FILTER = 1;

  private ProcessFlags() {}
}
