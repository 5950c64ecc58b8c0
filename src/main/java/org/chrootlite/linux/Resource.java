package org.chrootlite.linux;

/** A resource that a process can be limited in. Numbers from {@code asm-generic/resource.h}; see prlimit(2). */
public enum Resource {
  /** Seconds of CPU time. */
  CPU(0, "RLIMIT_CPU", "Max cpu time"),
  /** Bytes of a file that is written. */
  FSIZE(1, "RLIMIT_FSIZE", "Max file size"),
  /** Bytes of the main thread's stack. */
  STACK(3, "RLIMIT_STACK", "Max stack size"),
  /** Bytes of a core dump. */
  CORE(4, "RLIMIT_CORE", "Max core file size"),
  /** Processes and threads of a user; since Linux 5.14 counted in each user namespace on its own. */
  NPROC(6, "RLIMIT_NPROC", "Max processes"),
  /** One more than the highest file descriptor. */
  NOFILE(7, "RLIMIT_NOFILE", "Max open files"),
  /** Bytes of address space. */
  AS(9, "RLIMIT_AS", "Max address space"),
  /** Queued real-time signals and POSIX timers of a user; since Linux 5.14 counted in each user namespace. */
  SIGPENDING(11, "RLIMIT_SIGPENDING", "Max pending signals"),
  /** Bytes of a user's POSIX message queues; since Linux 5.14 counted in each user namespace. */
  MSGQUEUE(12, "RLIMIT_MSGQUEUE", "Max msgqueue size");

  private final int number;
  private final String constant;
  private final String procName;

  Resource(int number, String constant, String procName) {
    this.number = number;
    this.constant = constant;
    this.procName = procName;
  }

  /** The number that prlimit64 takes; the same on x86-64 and aarch64. */
  public int number() {
    return number;
  }

  /** The name of the C constant, such as {@code RLIMIT_FSIZE}. */
  public String constant() {
    return constant;
  }

  /** How a line of {@code /proc/self/limits} begins; see proc(5). */
  public String procName() {
    return procName;
  }
}
