package org.chrootlite.linux;

/** A signal; numbers from {@code asm-generic/signal.h}, the same on x86-64 and aarch64. See signal(7). */
public enum Signal {
  SIGHUP(1),
  SIGINT(2),
  SIGQUIT(3),
  SIGILL(4),
  SIGTRAP(5),
  SIGABRT(6),
  SIGBUS(7),
  SIGFPE(8),
  SIGKILL(9),
  SIGUSR1(10),
  SIGSEGV(11),
  SIGUSR2(12),
  SIGPIPE(13),
  SIGALRM(14),
  SIGTERM(15),
  SIGSTKFLT(16),
  SIGCHLD(17),
  SIGCONT(18),
  SIGSTOP(19),
  SIGTSTP(20),
  SIGTTIN(21),
  SIGTTOU(22),
  SIGURG(23),
  SIGXCPU(24),
  SIGXFSZ(25),
  SIGVTALRM(26),
  SIGPROF(27),
  SIGWINCH(28),
  SIGIO(29),
  SIGPWR(30),
  SIGSYS(31);

  /** The first real-time signal of a C library; 32 and 33 are glibc's own. */
  public static final int RT_MIN = 34;

  /** The last signal. */
  public static final int RT_MAX = 64;

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  /** The number, 1 to 31. */
  public int number() {
    return number;
  }

  /**
   * The name of any signal, as bash's {@code kill -l} gives it: {@code SIGRTMIN+1}, {@code SIGRTMAX-2}.
   * A number that has none is shown as {@code SIG32}.
   */
  public static String name(int number) {
    for (Signal signal : values()) {
      if (signal.number == number) {
        return signal.name();
      }
    }
    if (number < RT_MIN || number > RT_MAX) {
      return "SIG" + number;
    }
    int up = number - RT_MIN;
    int down = RT_MAX - number;
    if (up <= down) {
      return up == 0 ? "SIGRTMIN" : "SIGRTMIN+" + up;
    }
    return down == 0 ? "SIGRTMAX" : "SIGRTMAX-" + down;
  }
}
