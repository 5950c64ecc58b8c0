package org.chrootlite.cgroup;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.chrootlite.linux.Controller;

/** A run's group of version 2. */
final class VersionTwoGroup implements Group {
  private static final long NANOSECONDS_PER_MICROSECOND = 1_000;

  /** What "kernel" is the sum of, together with vmalloc where that is told; Linux tells it since 5.18. */
  private static final List<String> KERNEL = List.of("slab", "kernel_stack", "pagetables", "percpu");

  private final VersionTwo version;
  private final GroupDirectory group;
  private final Links links;
  private final CounterFiles files;
  private final Support.Groups support;
  private final CounterFile cpu;
  private final Optional<MemoryFiles> memory;
  private final Optional<PidsFiles> pids;

  private record MemoryFiles(
      CounterFile stat, Optional<CounterFile> swap, Optional<CounterFile> peak, CounterFile events) {}

  /** Takes over a group that was made; where this fails, it and the files are still the caller's. */
  VersionTwoGroup(VersionTwo version, GroupDirectory group, Links links, CounterFiles files, Support.Groups support)
      throws IOException {
    this.version = version;
    this.group = group;
    this.links = links;
    this.files = files;
    this.support = support;
    this.cpu = files.open(group, "cpu.stat");
    this.memory =
        support.controllers().contains(Controller.MEMORY)
            ? Optional.of(
                new MemoryFiles(
                    files.open(group, "memory.stat"),
                    files.openIfAny(group, "memory.swap.current"),
                    files.openIfAny(group, "memory.peak"),
                    files.open(group, "memory.events")))
            : Optional.empty();
    this.pids =
        support.controllers().contains(Controller.PIDS)
            ? Optional.of(PidsFiles.open(files, group))
            : Optional.empty();
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
      bytes = stat.field("anon") + kernel(stat) + stat.fieldIfAny("sock").orElse(0);
      shared = stat.field("shmem");
      if (told.peak().isPresent()) {
        long onDisks = stat.field("file") - shared;
        most = told.peak().get().look().number() - onDisks - Counters.AHEAD;
      }
      if (told.swap().isPresent()) {
        bytes += told.swap().get().look().number();
      }
      CounterFile events = told.events().look();
      // "oom_kill" counts those too that the kernel killed because the whole host, or a group above, had no memory
      // left; "oom" is about this group's bound.
      kills = events.field("oom") > 0 ? events.fieldIfAny("oom_kill").orElse(0) : 0;
    }
    long now = 0;
    long mostProcesses = 0;
    long refused = 0;
    if (pids.isPresent()) {
      now = pids.get().now();
      mostProcesses = pids.get().most();
      refused = pids.get().refused();
    }
    long time = cpu.look().field("usage_usec") * NANOSECONDS_PER_MICROSECOND;
    return new Counters(bytes, shared, Math.max(0, most), time, now, mostProcesses, kills, refused);
  }

  /** Without what the kernel only keeps as long as nobody needs the memory, such as names of files looked up. */
  private static long kernel(CounterFile stat) throws IOException {
    long reclaimable = stat.fieldIfAny("slab_reclaimable").orElse(0);
    OptionalLong told = stat.fieldIfAny("kernel");
    if (told.isPresent()) {
      return Math.max(0, told.getAsLong() - reclaimable);
    }
    long sum = -reclaimable;
    for (String part : KERNEL) {
      sum += stat.fieldIfAny(part).orElse(0);
    }
    return Math.max(0, sum);
  }

  @Override
  public void close() throws IOException {
    try (files) {
      version.remove(Optional.of(group), links);
    }
  }
}
