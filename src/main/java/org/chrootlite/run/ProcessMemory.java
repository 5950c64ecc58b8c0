package org.chrootlite.run;

import java.io.IOException;

/**
 * What {@code /proc/PID/status} tells of a process's memory; see proc_pid_status(5). Everybody may read it.
 *
 * @param parent the number of its parent; 0 where that is outside
 * @param anonymous bytes of its own pages, in memory and swapped out, of huge pages, and of its page tables
 * @param unshared bytes of them that are no other process's at the same time: the huge pages and page tables
 * @param shareable bytes of address space that may be mappings which it shares with others: neither its data nor stack
 */
record ProcessMemory(long parent, long anonymous, long unshared, long shareable) {
  /** That of a process which has ended, but is not waited for yet. */
  static final ProcessMemory NONE = new ProcessMemory(0, 0, 0, 0);

  private static final long KIB = 1024;

  /** Whether it has no memory any more. */
  boolean isNone() {
    return equals(NONE);
  }

  /** Reads the file. The name is its first line, in which the kernel writes line ends as {@code \n}. */
  static ProcessMemory parse(String status) throws IOException {
    if (status.indexOf("\nVmSize:") < 0) {
      return NONE;
    }
    long unshared = bytes(status, "VmPTE") + bytes(status, "HugetlbPages");
    long anonymous = bytes(status, "RssAnon") + bytes(status, "VmSwap") + unshared;
    long data = bytes(status, "VmData") + bytes(status, "VmStk");
    long parent = number(status, "PPid", "\n");
    return new ProcessMemory(parent, anonymous, unshared, Math.max(0, bytes(status, "VmSize") - data));
  }

  /** Bytes of a line such as {@code RssAnon:     1234 kB}; 0 where this kernel has no such line. */
  static long bytes(String lines, String name) throws IOException {
    return number(lines, name, " kB") * KIB;
  }

  private static long number(String lines, String name, String unit) throws IOException {
    int line = lines.indexOf("\n" + name + ":");
    if (line < 0) {
      return 0;
    }
    int begin = line + name.length() + 2;
    int end = lines.indexOf(unit, begin);
    try {
      return Long.parseLong(lines.substring(begin, Math.max(begin, end)).strip());
    } catch (NumberFormatException e) {
      throw new IOException("not a number: " + name, e);
    }
  }
}
