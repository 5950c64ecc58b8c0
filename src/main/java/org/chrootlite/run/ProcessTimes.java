package org.chrootlite.run;

import java.io.IOException;

/**
 * What {@code /proc/PID/stat} tells of a process; see proc_pid_stat(5).
 *
 * @param state such as {@code R}
 * @param own nanoseconds of CPU time, of all its threads, those that have ended too; in steps of 10 ms
 * @param children nanoseconds that those used for which it has waited, and in their turn those for which they had
 * @param start when it began, in clock ticks: two processes that have a number one after the other differ in it
 */
record ProcessTimes(char state, long own, long children, int threads, long start) {
  /** {@code USER_HZ}, the same on all architectures we run on: 100 a second. */
  private static final long TICK = 10_000_000;

  // Fields as the man page counts them, from 1; the state is the first behind the name.
  private static final int STATE = 3;
  private static final int USER = 14;
  private static final int THREADS = 20;
  private static final int START = 22;

  /** Reads a line. The process chooses its name, with blanks, parentheses and line ends: only what follows is told. */
  static ProcessTimes parse(String line) throws IOException {
    int name = line.lastIndexOf(')');
    if (name < 0) {
      throw new IOException("not the state of a process: " + line);
    }
    String[] fields = line.substring(name + 1).strip().split(" ", START - STATE + 2);
    try {
      long own = number(fields, USER) + number(fields, USER + 1);
      long children = number(fields, USER + 2) + number(fields, USER + 3);
      return new ProcessTimes(
          fields[0].charAt(0),
          own * TICK,
          children * TICK,
          (int) number(fields, THREADS),
          number(fields, START));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IOException("not the state of a process: " + line, e);
    }
  }

  private static long number(String[] fields, int field) {
    return Long.parseLong(fields[field - STATE]);
  }

  /** Whether its first thread has ended, while others go on: then none of its own files tells of its memory. */
  boolean isFirstThreadGone() {
    return (state == 'Z' || state == 'X') && threads > 1;
  }

  /** Whether it runs, or could if there were a free CPU. */
  boolean isRunning() {
    return state == 'R';
  }
}
