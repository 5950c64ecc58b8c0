package org.chrootlite.cgroup;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.chrootlite.linux.Controller;

/** A run's groups of version 1. */
final class VersionOneGroup implements Group {
  /** How far below its bound a group may be when the kernel kills, in bytes: what it asks for at a time. */
  private static final long NEAR = 1L << 20;

  private static final int SETTLING_ROUNDS = 12;

  /**
   * After how many rounds in succession that find nothing there is nothing: the kernel passes over what others hold at
   * this moment, and is slow to free on a busy machine.
   */
  private static final int VAIN_ROUNDS = 4;

  /** The wait in a round that follows a vain one; each further round waits so much longer. */
  private static final Duration GRACE = Duration.ofMillis(10);

  private final List<VersionOne.Member> members;
  private final Links links;
  private final Support.Groups support;
  private final CounterFiles files;
  private final Optional<MemoryFiles> memory;
  private final Optional<PidsFiles> pids;
  private final Optional<CounterFile> cpuTime;

  /**
   * What tells of memory; kernel memory is not told where the kernel was built or booted without.
   *
   * @param most the most that was ever charged to what is bounded
   * @param bound bytes
   */
  private record MemoryFiles(
      CounterFile stat,
      Optional<CounterFile> kernel,
      Optional<CounterFile> sockets,
      CounterFile outOfMemory,
      CounterFile most,
      long bound) {
    /** Whether it was ever close to its own bound. Memory.failcnt does not tell: newer kernels leave it at 0. */
    boolean reached() throws IOException {
      return most.look().number() >= bound - NEAR;
    }
  }

  /** Takes over groups that were made; where this fails, they and the files are still the caller's. */
  VersionOneGroup(List<VersionOne.Member> members, Links links, CounterFiles files, Support.Groups support)
      throws IOException {
    this.files = files;
    this.members = List.copyOf(members);
    this.links = links;
    this.support = support;
    Optional<GroupDirectory> memoryGroup = group(Controller.MEMORY);
    this.memory = memoryGroup.isEmpty() ? Optional.empty() : Optional.of(memory(memoryGroup.get(), files));
    Optional<GroupDirectory> pidsGroup = group(Controller.PIDS);
    this.pids = pidsGroup.isEmpty() ? Optional.empty() : Optional.of(PidsFiles.open(files, pidsGroup.get()));
    Optional<GroupDirectory> cpuGroup = group(Controller.CPUACCT);
    this.cpuTime =
        cpuGroup.isEmpty() ? Optional.empty() : Optional.of(files.open(cpuGroup.get(), "cpuacct.usage"));
  }

  private static MemoryFiles memory(GroupDirectory group, CounterFiles files) throws IOException {
    // Swap is part of what is bounded, where it is counted.
    String bounded = group.has(VersionOne.MEMORY_AND_SWAP) ? "memory.memsw." : "memory.";
    try (CounterFile bound = new CounterFile(group, bounded + "limit_in_bytes")) {
      return new MemoryFiles(
          files.open(group, "memory.stat"),
          files.openIfAny(group, "memory.kmem.usage_in_bytes"),
          files.openIfAny(group, "memory.kmem.tcp.usage_in_bytes"),
          files.open(group, "memory.oom_control"),
          files.open(group, bounded + "max_usage_in_bytes"),
          bound.look().number());
    }
  }

  private Optional<GroupDirectory> group(Controller controller) {
    for (VersionOne.Member member : members) {
      if (member.hierarchy().controllers().contains(controller)) {
        return Optional.of(member.directory());
      }
    }
    return Optional.empty();
  }

  @Override
  public Support.Groups support() {
    return support;
  }

  @Override
  public synchronized Counters read() throws IOException {
    long bytes = 0;
    long shared = 0;
    long most = 0;
    long kills = 0;
    if (memory.isPresent()) {
      MemoryFiles told = memory.get();
      CounterFile stat = told.stat().look();
      bytes = anonymous(stat);
      shared = stat.field("total_shmem");
      long onDisks = stat.field("total_cache") - shared;
      most = told.most().look().number() - onDisks - Counters.AHEAD;
      if (told.kernel().isPresent()) {
        bytes += told.kernel().get().look().number();
      }
      if (told.sockets().isPresent()) {
        bytes += told.sockets().get().look().number();
      }
      kills = told.outOfMemory().look().fieldIfAny("oom_kill").orElse(0);
      // The kernel counts here those too that it killed because the whole host had no memory left.
      if (kills > 0 && !told.reached()) {
        kills = 0;
      }
    }
    long now = 0;
    long mostProcesses = 0;
    long refused = 0;
    if (pids.isPresent()) {
      now = pids.get().now();
      mostProcesses = pids.get().most();
      refused = pids.get().refused();
    }
    long time = cpuTime.isPresent() ? cpuTime.get().look().number() : 0;
    return new Counters(bytes, shared, Math.max(0, most), time, now, mostProcesses, kills, refused);
  }

  @Override
  public Counters settle(long memory) throws IOException {
    Counters now = read();
    Optional<GroupDirectory> group = group(Controller.MEMORY);
    int vain = group.isEmpty() || anonymous() - Counters.AHEAD > memory ? VAIN_ROUNDS : 0;
    for (int round = 0; vain < VAIN_ROUNDS && round < SETTLING_ROUNDS; round++) {
      group.orElseThrow().write("memory.force_empty", "0");
      // What was given up is freed, and no longer counted, when every processor has passed a grace period of RCU.
      LockSupport.parkNanos(vain * GRACE.toNanos());
      Counters before = now;
      now = read();
      boolean hasFallen = now.memory() < before.memory() - before.memory() / 8;
      vain = hasFallen ? 0 : vain + 1;
    }
    return now;
  }

  private synchronized long anonymous() throws IOException {
    return memory.isEmpty() ? 0 : anonymous(memory.get().stat().look());
  }

  /** "rss" is anonymous memory only, and "swap" is told where it is counted. */
  private static long anonymous(CounterFile stat) throws IOException {
    return stat.field("total_rss") + stat.fieldIfAny("total_swap").orElse(0);
  }

  @Override
  public void close() throws IOException {
    try (files) {
      VersionOne.remove(members, links);
    }
  }
}
