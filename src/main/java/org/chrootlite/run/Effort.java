package org.chrootlite.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the calling thread does itself. A clock would count also what others keep it from doing, so that it did the less
 * the busier the machine is.
 */
final class Effort {
  private static final Path TIMES = Path.of("/proc/thread-self/schedstat");

  private Effort() {}

  /**
   * Nanoseconds for which the calling thread has been on a CPU, brought up to date every few milliseconds; 0 where this
   * kernel does not tell. See proc_pid_schedstat in the kernel's Documentation/scheduler/sched-stats.rst.
   */
  static long soFar() {
    try {
      String times = Files.readString(TIMES, StandardCharsets.US_ASCII);
      return Long.parseLong(times, 0, times.indexOf(' '), 10);
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return 0;
    }
  }
}
