package org.chrootlite.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.chrootlite.linux.Architecture;

/**
 * Adds up what all processes of a sandbox's pid namespace use, where no control group does.
 *
 * <p>Memory is their own pages, swapped out or not, their page tables and kernel stacks, and the memory that they share
 * without a file. Who shares copied pages with his parent counts for all of them, until there seems to be too much:
 * then {@link ExactMemory} tells. What it can miss:
 *
 * <ul>
 *   <li>what comes and goes between two looks, or is filled after the last one: about 4 ms worth of it near the limit
 *   <li>what the kernel keeps for processes besides: buffers of pipes and sockets, file locks, rule sets. The number of
 *       descriptors and processes bounds some of that, nothing bounds the rest
 *   <li>shared objects that are filled and trimmed faster than looks follow, which {@link SharedObjects} guesses
 *   <li>memory that is handed on so fast that no process that has it lives until it is looked at
 *   <li>some hundred KiB of each process, by which kernels from 6.2 on may be late to tell of its pages
 *   <li>CPU time for which nobody waited: {@link CpuEstimate} charges it late and, on a machine with much more to do
 *       than it has CPUs for, too little
 * </ul>
 */
final class NamespaceMeter implements Meter {
  private static final String INIT = "1";

  /**
   * How long the sandbox's /proc may be out of reach, in nanoseconds. It is until the script executes its program, and
   * for good where the script has been faster than our first look and has shut its root directory with chmod(2). Until
   * then it is watched from outside.
   */
  private static final long PATIENCE = 5_000_000_000L;

  /** How often those are looked for that seem to hand on their memory from process to process. */
  private static final int CHASES = 8;

  /**
   * How much is read at a look of what processes map, in bytes. A process can have 65,530 mappings of files with paths
   * of 4 KiB, and would keep us from looking for seconds; those of a large Java program take 200 KiB.
   */
  private static final int LONGEST_MAPS = 16 << 20;

  /** What the kernel keeps for a thread at least, in bytes: its stack. */
  private static final long STACK = 16 << 10;

  /** Who is seen to have such a part of the limit is taken for the one that had more than all of it, if one had. */
  private static final long TELLING_PART = 8;

  private final long launcher;
  private final long memoryLimit;
  private final ScratchUse scratch;
  private final ExactMemory exact;
  private final SharedObjects objects = new SharedObjects();
  private final CpuEstimate cpu = new CpuEstimate(Runtime.getRuntime().availableProcessors(), System.nanoTime());
  private Optional<SandboxProc> proc = Optional.empty();
  private long unseenSince;

  /** The CPU time that was seen from outside: it is known of no other look. */
  private long cpuTimeOutside;

  /**
   * A meter for the sandbox of a launcher.
   *
   * @param memoryLimit in bytes; what is more is told exactly
   */
  NamespaceMeter(long launcher, Architecture architecture, ScratchUse scratch, long memoryLimit) {
    this.launcher = launcher;
    this.scratch = scratch;
    this.memoryLimit = memoryLimit;
    this.exact = new ExactMemory(launcher, architecture);
  }

  /** What one look has seen. */
  private static final class Sight {
    /** Of all that could be looked at; by the processes' numbers, or the directories of threads that tell it. */
    final Map<String, ProcessMemory> memory = new LinkedHashMap<>();

    final List<CpuEstimate.Seen> times = new ArrayList<>();
    final Set<String> listed = new HashSet<>();
    int threads;
    int running;
    int vanished;
  }

  @Override
  public Use look() throws IOException {
    if (proc.isEmpty()) {
      proc = open();
    }
    if (proc.isEmpty()) {
      return fromOutside();
    }
    Sight sight = new Sight();
    for (String process : proc.get().list()) {
      sight.listed.add(process);
      if (!lookAt(process, proc.get(), sight)) {
        sight.vanished++;
      }
    }
    cpu.look(System.nanoTime(), sight.times, sight.vanished, others(sight));
    chase(proc.get(), sight);
    long written = scratch.bytes(ProcessTree.script(launcher)).orElse(0);
    long cpuTime = Math.max(cpu.used(), cpuTimeOutside);
    return new Use(memory(proc.get(), sight), cpuTime, sight.threads, written, mappable(sight));
  }

  private Optional<SandboxProc> open() throws IOException {
    try {
      return SandboxProc.open(launcher);
    } catch (AccessDeniedException e) {
      long now = System.nanoTime();
      unseenSince = unseenSince == 0 ? now : unseenSince;
      if (now - unseenSince > PATIENCE) {
        throw new IOException("we may not look at the script's processes through its root directory", e);
      }
      return Optional.empty();
    }
  }

  /**
   * What can be told while the sandbox's /proc is out of reach: the host's shows everybody how much memory and time a
   * process has used. It counts shared memory for all who may have it, and no time that nobody waited for.
   */
  private Use fromOutside() throws IOException {
    long memory = 0;
    long cpuTime = 0;
    int processes = 0;
    for (String process : ProcessTree.ofScript(launcher)) {
      Optional<String> status = ProcessTree.read(process, "status");
      Optional<String> stat = ProcessTree.read(process, "stat");
      if (status.isPresent() && stat.isPresent()) {
        ProcessTimes times = ProcessTimes.parse(stat.get());
        ProcessMemory own = ProcessMemory.parse(status.get());
        if (times.isFirstThreadGone()) {
          for (String thread : ProcessTree.threads(process)) {
            Optional<String> told = own.isNone() ? ProcessTree.read(thread, "status") : Optional.empty();
            own = told.isPresent() ? ProcessMemory.parse(told.get()) : own;
          }
        }
        memory += own.anonymous() + own.shareable();
        cpuTime += times.own() + times.children();
        processes++;
      }
    }
    cpuTimeOutside = Math.max(cpuTimeOutside, cpuTime);
    return new Use(memory, cpuTimeOutside, processes, 0, 0);
  }

  /** Returns whether the process was still there. */
  private boolean lookAt(String process, SandboxProc from, Sight sight) throws IOException {
    Optional<String> stat = from.read(process, "stat");
    if (stat.isEmpty()) {
      return false;
    }
    ProcessTimes times = ProcessTimes.parse(stat.get());
    boolean isInit = process.equals(INIT);
    long id = times.start() << 22 | Long.parseLong(process);
    int running = running(process, id, times, from);
    // What init itself uses is ours; those it has waited for were the script's.
    sight.times.add(new CpuEstimate.Seen(id, isInit ? 0 : times.own(), times.children(), isInit ? 0 : running));
    sight.running += running;
    if (!isInit) {
      sight.threads += times.threads();
      if (times.isFirstThreadGone()) {
        addMemoryOfThreads(process, from, sight);
      } else {
        addMemory(process, from, sight);
      }
    }
    return true;
  }

  /** Returns what was added; none where there is nothing any more. */
  private static ProcessMemory addMemory(String place, SandboxProc from, Sight sight) throws IOException {
    Optional<String> status = from.read(place, "status");
    ProcessMemory memory = status.isPresent() ? ProcessMemory.parse(status.get()) : ProcessMemory.NONE;
    if (status.isPresent()) {
      sight.memory.put(place, memory);
    }
    return memory;
  }

  /** Any thread that goes on tells of the memory of all. They may hand on from one to the next faster than we look. */
  private static void addMemoryOfThreads(String process, SandboxProc from, Sight sight) throws IOException {
    boolean isSeen = false;
    for (int i = 0; i < CHASES && !isSeen; i++) {
      for (String thread : from.threads(process)) {
        isSeen = isSeen || !addMemory(thread, from, sight).isNone();
      }
    }
  }

  /** The state of a process is that of its first thread. Whether others run matters for who may be gone soon. */
  private int running(String process, long id, ProcessTimes times, SandboxProc from) throws IOException {
    int running = times.isRunning() ? 1 : 0;
    if (times.threads() > 1 && !cpu.knows(id)) {
      running = 0;
      for (String thread : from.threads(process)) {
        Optional<String> stat = from.read(thread, "stat");
        running += stat.isPresent() && ProcessTimes.parse(stat.get()).isRunning() ? 1 : 0;
      }
    }
    return running;
  }

  /** How many threads outside want a CPU, besides this one; see proc_loadavg(5). */
  private static int others(Sight sight) throws IOException {
    String load = Files.readString(Path.of("/proc/loadavg"), StandardCharsets.US_ASCII);
    int slash = load.indexOf('/');
    try {
      int running = Integer.parseInt(load, load.lastIndexOf(' ', slash) + 1, slash, 10);
      return Math.max(0, running - 1 - sight.running);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IOException("not a load: " + load, e);
    }
  }

  /**
   * Who is gone before we can look at him may have left his memory to another process. With luck, and some tries, one
   * of them is caught.
   */
  private void chase(SandboxProc from, Sight sight) throws IOException {
    boolean isMissed = memoryLimit != Long.MAX_VALUE && sight.vanished > 0;
    for (int i = 0; i < CHASES && isMissed; i++) {
      isMissed = false;
      for (String process : from.list().reversed()) {
        if (sight.listed.add(process)) {
          addMemory(process, from, sight);
          isMissed |= !sight.memory.containsKey(process);
        }
      }
    }
  }

  private long memory(SandboxProc from, Sight sight) throws IOException {
    long kernel = sight.threads * STACK;
    long own = 0;
    for (ProcessMemory each : sight.memory.values()) {
      own += each.anonymous();
    }
    if (memoryLimit == Long.MAX_VALUE) {
      return own + kernel;
    }
    long shared = shared(from, sight.memory);
    long all = own + shared + kernel;
    return all <= memoryLimit ? all : exact.of(sight.memory, from) + shared + kernel;
  }

  private long mappable(Sight sight) {
    ProcessMemory largest = ProcessMemory.NONE;
    for (ProcessMemory each : sight.memory.values()) {
      largest = each.anonymous() > largest.anonymous() ? each : largest;
    }
    return largest.anonymous() > memoryLimit / TELLING_PART ? largest.shareable() : 0;
  }

  private long shared(SandboxProc from, Map<String, ProcessMemory> processes) throws IOException {
    long unread = 0;
    int left = LONGEST_MAPS;
    for (Map.Entry<String, ProcessMemory> each : processes.entrySet()) {
      Optional<String> maps = Optional.empty();
      boolean isRead = left > 0;
      try {
        maps = isRead ? from.read(each.getKey(), "maps", left) : maps;
      } catch (AccessDeniedException e) {
        isRead = false;
      }
      left -= maps.map(String::length).orElse(0);
      if (isRead && left > 0) {
        maps.ifPresent(objects::add);
      } else {
        // It may share all that is not certainly its own.
        unread += each.getValue().shareable();
      }
    }
    return objects.finishLook() + unread;
  }

  @Override
  public void close() throws IOException {
    if (proc.isPresent()) {
      proc.get().close();
    }
  }
}
