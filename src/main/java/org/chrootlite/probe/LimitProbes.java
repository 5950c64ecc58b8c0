package org.chrootlite.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Resource;
import org.chrootlite.model.Amount;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Rootfs;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Verdict;

/** The ways to exceed each limit of a sandbox. */
public final class LimitProbes {
  private static final long SECOND = 1_000_000_000L;
  /** By so much a script may end later than asked to: what a busy host takes for it included. */
  private static final long GRACE = 3 * SECOND;

  private static final long MEGA = 1L << 20;

  /** Beyond these a limit is tried with a smaller one of its kind. */
  private static final long MOST_MEMORY = 128 * MEGA;

  private static final long MOST_DISK = 64 * MEGA;
  private static final long MOST_DISK_FOR_INODES = MEGA;
  private static final long MOST_OUTPUT = MEGA;
  private static final long MOST_PROCESSES = 512;
  private static final long MOST_FILES = 1 << 20;

  private final Sandbox sandbox;
  private final Capacity capacity;
  private final Architecture architecture;
  private final Limits limits;

  private LimitProbes(Sandbox sandbox, Capacity capacity, Architecture architecture) {
    this.sandbox = sandbox;
    this.capacity = capacity;
    this.architecture = architecture;
    this.limits = sandbox.limits();
  }

  /** What a probe of promises may use. */
  public static Limits forPromises(Sandbox sandbox) {
    return ProbeLimits.forPromises(sandbox.limits());
  }

  /** How a limit is tried; none where it is not limited. */
  public static List<LimitProbe> of(LimitKind kind, Sandbox sandbox, Capacity capacity, Architecture architecture) {
    Optional<Limit> limit = sandbox.limits().get(kind);
    return limit.isEmpty()
        ? List.of()
        : new LimitProbes(sandbox, capacity, architecture).of(kind, limit.get().value());
  }

  private List<LimitProbe> of(LimitKind kind, long value) {
    return switch (kind) {
      case MEMORY -> memory(value);
      case ADDRESS_SPACE -> List.of(addressSpace(value));
      case CPU_TIME -> cpuTime(value);
      case WALL_TIME -> value == 0 ? List.of() : List.of(wallTime(value));
      case CPUS -> List.of(cpus(value));
      case PROCESSES -> List.of(processes(value));
      case OPEN_FILES -> List.of(openFiles(value));
      case FILE_SIZE -> List.of(fileSize(value));
      case OUTPUT -> List.of(output(value));
      case DISK -> List.of(disk(value), inodes(value));
      case STACK -> List.of(resource(kind, Resource.STACK, value));
      case CORE_SIZE -> List.of(resource(kind, Resource.CORE, value));
    };
  }

  private List<LimitProbe> memory(long value) {
    long tried = capacity.bounded(value, MOST_MEMORY);
    Limits room = ProbeLimits.forLimit(limits, LimitKind.MEMORY, tried);
    List<LimitProbe> probes = new ArrayList<>();
    for (int processes : List.of(1, 4)) {
      long each = processes == 1 ? tried + tried / 4 + 16 * MEGA : tried / 3 + 4 * MEGA;
      String who = processes == 1 ? "a process takes " : processes + " processes take ";
      String much = Amount.bytes(each) + (processes == 1 ? "" : " each");
      String what = who + much + instead(LimitKind.MEMORY, value, tried);
      byte[] program = LimitPrograms.memory(processes, each, architecture);
      probes.add(new LimitProbe(LimitKind.MEMORY, what, room, program, LimitProbe.verdict(Verdict.MEMORY_LIMIT)));
    }
    return probes;
  }

  private LimitProbe addressSpace(long value) {
    byte[] program = LimitPrograms.reserve(value, architecture);
    LimitProbe.End end =
        LimitProbe.record(
            words -> LimitProbe.isError(words[0], Errno.ENOMEM),
            words -> LimitProbe.isError(words[0], Errno.ENOMEM) ? "ENOMEM" : "reserved");
    Limits room = ProbeLimits.forLimit(limits, LimitKind.ADDRESS_SPACE, value);
    return new LimitProbe(LimitKind.ADDRESS_SPACE, "mmap " + Amount.bytes(value) + " more", room, program, end);
  }

  private static String wall(Ended ended) {
    return Amount.duration(ended.wallTime());
  }

  private List<LimitProbe> cpuTime(long value) {
    long tried = Math.min(value, SECOND);
    Limits room = ProbeLimits.forLimit(limits, LimitKind.CPU_TIME, tried);
    List<LimitProbe> probes = new ArrayList<>();
    for (int processes : List.of(1, 4)) {
      String who = processes == 1 ? "a process computes" : processes + " processes compute";
      String what = who + instead(LimitKind.CPU_TIME, value, tried);
      byte[] program = LimitPrograms.compute(processes, architecture);
      probes.add(new LimitProbe(LimitKind.CPU_TIME, what, room, program, LimitProbe.verdict(Verdict.CPU_TIME_LIMIT)));
    }
    return probes;
  }

  private LimitProbe wallTime(long value) {
    long tried = Math.min(value, SECOND);
    String what = "sleeps" + instead(LimitKind.WALL_TIME, value, tried);
    Limits room = ProbeLimits.forLimit(limits, LimitKind.WALL_TIME, tried);
    LimitProbe.End inTime = ended -> Reply.of(ended.wallTime() <= tried + GRACE, "ended after " + wall(ended));
    LimitProbe.End end = LimitProbe.both(inTime, LimitProbe.verdict(Verdict.WALL_TIME_LIMIT));
    return new LimitProbe(LimitKind.WALL_TIME, what, room, LimitPrograms.idle(architecture), end);
  }

  /** CPU time is compared with the time that has passed; the group's periods and our start take some of it. */
  private LimitProbe cpus(long value) {
    int processes = (int) Math.min(value / 1000 + 2, 2L * capacity.cpus());
    boolean isMore = value >= 1000L * capacity.cpus();
    String what =
        processes + " processes compute for a second" + (isMore ? " (the host has " + capacity.cpus() + ")" : "");
    Limits room = ProbeLimits.within(ProbeLimits.forLimit(limits, LimitKind.CPUS, value), SECOND);
    LimitProbe.End end =
        ended -> {
          long allowed = ended.wallTime() / 1000 * value;
          boolean holds = ended.wallTime() > 0 && ended.cpuTime() <= allowed + allowed / 5 + SECOND / 10;
          String used = Amount.duration(ended.cpuTime()) + " of CPU time in " + wall(ended);
          return Reply.of(holds, used);
        };
    return new LimitProbe(LimitKind.CPUS, what, room, LimitPrograms.compute(processes, architecture), end);
  }

  private LimitProbe processes(long value) {
    long tried = Math.min(value, MOST_PROCESSES);
    byte[] program = LimitPrograms.fork((int) tried + 64, architecture);
    // The script itself is one of them.
    LimitProbe.End refusal =
        LimitProbe.record(
            words -> LimitProbe.isError(words[0], Errno.EAGAIN) && words[1] < tried,
            words -> (words[0] == 0 ? "no error" : Errno.describe((int) -words[0])) + " after " + words[1] + " forks");
    // The probe's own error shows that one was refused; process-limit needs a control group, which counts that.
    LimitProbe.End end =
        ended -> {
          Reply refused = refusal.judge(ended);
          boolean isNamed = ended.verdict() == Verdict.PROCESS_LIMIT || ended.verdict() == Verdict.FAILED;
          return Reply.of(refused.holds() && isNamed, refused.observed() + ": " + ended.verdict().id());
        };
    String what = "forks" + instead(LimitKind.PROCESSES, value, tried);
    Limits room = ProbeLimits.forLimit(limits, LimitKind.PROCESSES, tried);
    return new LimitProbe(LimitKind.PROCESSES, what, room, program, end);
  }

  private LimitProbe openFiles(long value) {
    long tried = Math.min(value, MOST_FILES);
    byte[] program = LimitPrograms.duplicate((int) tried + 64, architecture);
    LimitProbe.End end =
        LimitProbe.record(
            words -> LimitProbe.isError(words[0], Errno.EMFILE) && words[1] < tried,
            words -> (words[0] < 0 ? "EMFILE" : "no error") + " after descriptor " + words[1]);
    Limits room = ProbeLimits.forLimit(limits, LimitKind.OPEN_FILES, tried);
    return new LimitProbe(
        LimitKind.OPEN_FILES, "dup" + instead(LimitKind.OPEN_FILES, value, tried), room, program, end);
  }

  private LimitProbe fileSize(long value) {
    byte[] program = LimitPrograms.writeAt(value, architecture);
    Limits room = ProbeLimits.forLimit(limits, LimitKind.FILE_SIZE, value);
    String what = "writes a byte behind " + Amount.bytes(value);
    return new LimitProbe(LimitKind.FILE_SIZE, what, room, program, LimitProbe.verdict(Verdict.FILE_SIZE_LIMIT));
  }

  private LimitProbe output(long value) {
    long tried = Math.min(value, MOST_OUTPUT);
    LimitProbe.End bounded = ended -> Reply.of(ended.printed() <= tried, ended.printed() + " bytes let through");
    LimitProbe.End end = LimitProbe.both(bounded, LimitProbe.verdict(Verdict.OUTPUT_LIMIT));
    String what = "prints on and on" + instead(LimitKind.OUTPUT, value, tried);
    Limits room = ProbeLimits.forLimit(limits, LimitKind.OUTPUT, tried);
    return new LimitProbe(LimitKind.OUTPUT, what, room, LimitPrograms.print(architecture), end);
  }

  private LimitProbe disk(long value) {
    long tried = capacity.bounded(value, MOST_DISK);
    List<String> places = places();
    byte[] program = LimitPrograms.fill(places, tried + MEGA, architecture);
    String kept = sandbox.rootfs().keeps() ? ", not what is kept" : "";
    String what =
        "fills " + String.join(", ", places) + kept + instead(LimitKind.DISK, value, tried);
    Limits room = ProbeLimits.forLimit(limits, LimitKind.DISK, tried);
    return new LimitProbe(LimitKind.DISK, what, room, program, LimitProbe.verdict(Verdict.DISK_LIMIT));
  }

  /** What every run has of its own: what the manifest mounts there, or keeps, is left alone. */
  private List<String> places() {
    List<String> places = new ArrayList<>(List.of("/dev/shm"));
    for (String place : List.of("/tmp", sandbox.workdir().value())) {
      boolean isMounted =
          sandbox.mounts().stream().anyMatch(mount -> (place + "/").startsWith(mount.target() + "/"));
      if (!places.contains(place) && !isMounted) {
        places.add(place);
      }
    }
    if (sandbox.rootfs().writes().value() == Rootfs.Writes.DISCARD) {
      places.add("/");
    }
    return places;
  }

  private LimitProbe inodes(long value) {
    long tried = Math.min(value, MOST_DISK_FOR_INODES);
    int most = (int) (tried / 4096) + 128;
    LimitProbe.End end =
        LimitProbe.record(
            words -> LimitProbe.isError(words[0], Errno.ENOSPC),
            words -> (words[0] < 0 ? "ENOSPC" : "no error") + " after " + words[1] + " directories");
    String what = "makes directories" + instead(LimitKind.DISK, value, tried);
    Limits room = ProbeLimits.forLimit(limits, LimitKind.DISK, tried);
    return new LimitProbe(LimitKind.DISK, what, room, LimitPrograms.nest(most, architecture), end);
  }

  private LimitProbe resource(LimitKind kind, Resource resource, long value) {
    LimitProbe.End end =
        LimitProbe.record(
            words -> words[0] == words[1] && words[1] >= 0 && words[1] <= value,
            words -> "soft " + told(words[0]) + ", hard " + told(words[1]));
    Limits room = ProbeLimits.forLimit(limits, kind, value);
    return new LimitProbe(kind, "reads it back", room, LimitPrograms.show(resource, architecture), end);
  }

  private static String told(long bytes) {
    return bytes < 0 ? "unlimited" : Amount.bytes(bytes);
  }

  private static String instead(LimitKind kind, long value, long tried) {
    return value == tried ? "" : " (tried with " + kind.unit().describe(tried) + ")";
  }
}
