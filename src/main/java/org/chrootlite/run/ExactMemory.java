package org.chrootlite.run;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.AccessDeniedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the own pages of processes so that none counts twice. Those that several processes have copied from one
 * another, and not written to since, count once: each has its proportional share of them, which the kernel adds up page
 * by page. That takes it milliseconds for each 100 MiB. And a process that has not yet executed its program, after
 * vfork(2), still uses its parent's memory.
 */
final class ExactMemory {
  /** {@code KCMP_VM} of kcmp(2): whether two processes have one address space. */
  private static final long SAME_MEMORY = 1;

  private final long launcher;
  private final Architecture architecture;

  ExactMemory(long launcher, Architecture architecture) {
    this.launcher = launcher;
    this.architecture = architecture;
  }

  /**
   * Bytes of anonymous memory, swap and page tables of these processes.
   *
   * @param processes by their numbers in the sandbox; one whose first thread has ended by a thread's directory
   */
  long of(Map<String, ProcessMemory> processes, SandboxProc from) throws IOException {
    Map<String, String> hostNumbers = new HashMap<>();
    for (String process : ProcessTree.ofScript(launcher)) {
      hostNumbers.put(ProcessTree.numberInside(process), process);
    }
    long bytes = 0;
    try (Arena arena = Arena.ofConfined()) {
      SystemCalls calls = new SystemCalls(architecture, arena);
      for (Map.Entry<String, ProcessMemory> each : processes.entrySet()) {
        String process = each.getKey();
        String parent = Long.toString(each.getValue().parent());
        ProcessMemory ofParent = processes.getOrDefault(parent, ProcessMemory.NONE);
        if (!isSame(hostNumbers.get(process), hostNumbers.get(parent), calls)) {
          bytes += own(process, each.getValue(), ofParent, from);
        }
      }
    }
    return bytes;
  }

  private static boolean isSame(@Nullable String one, @Nullable String other, SystemCalls calls) {
    return one != null
        && other != null
        && calls.call(Syscall.KCMP, Long.parseLong(one), Long.parseLong(other), SAME_MEMORY, 0, 0) == 0;
  }

  /**
   * Where we may not look at the pages, all that the process has count as its own. So they do where it is gone, and may
   * have left them to another; but not where its parent has as many, whose they then were. A thread that is gone has
   * left them to the other threads.
   */
  private static long own(String process, ProcessMemory memory, ProcessMemory ofParent, SandboxProc from)
      throws IOException {
    Optional<String> shares;
    try {
      shares = from.read(process, "smaps_rollup");
    } catch (AccessDeniedException e) {
      return memory.anonymous();
    }
    if (shares.isEmpty()) {
      boolean isThread = process.indexOf('/') >= 0;
      return !isThread && ofParent.anonymous() >= memory.anonymous() ? 0 : memory.anonymous();
    }
    String text = shares.get();
    if (text.indexOf("\nPss_Anon:") < 0) {
      return memory.anonymous();
    }
    long own = ProcessMemory.bytes(text, "Pss_Anon") + ProcessMemory.bytes(text, "SwapPss");
    return Math.min(memory.anonymous(), own + memory.unshared());
  }
}
