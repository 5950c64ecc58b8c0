package org.chrootlite.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.compile.Means;
import org.chrootlite.compile.Powers;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Rootfs;

/** Tells how limits are kept. */
public final class LimitFindings {
  private LimitFindings() {}

  /** Of all kinds, for sandboxes on a host that has these powers. */
  public static List<Finding> of(Powers powers) {
    List<Finding> findings = new ArrayList<>();
    for (LimitKind kind : LimitKind.values()) {
      findings.add(finding(kind.key(), kind, Enforcement.of(kind, Rootfs.Writes.DISCARD, powers)));
      if (kind == LimitKind.DISK) {
        String about = kind.key() + ", writes: keep";
        findings.add(finding(about, kind, Enforcement.of(kind, Rootfs.Writes.KEEP, powers)));
      }
    }
    return findings;
  }

  /** Of those that a job has. */
  public static List<Finding> of(Map<LimitKind, Enforcement> enforced) {
    List<Finding> findings = new ArrayList<>();
    enforced.forEach((kind, how) -> findings.add(finding("limits." + kind.key(), kind, how)));
    return findings;
  }

  private static Finding finding(String about, LimitKind kind, Enforcement how) {
    return switch (how) {
      case Enforcement.Enforced(Means means) -> Finding.ok(about, detail(kind, means));
      case Enforcement.Degraded degraded ->
          Finding.degraded(about, detail(kind, degraded.means()), degraded.gap());
      case Enforcement.Unsupported unsupported -> Finding.missing(about, unsupported.gap());
    };
  }

  private static String detail(LimitKind kind, Means means) {
    return means.id() + ": " + how(kind, means);
  }

  /** By what a limit is kept, and what that misses. */
  private static String how(LimitKind kind, Means means) {
    return switch (means) {
      case RLIMIT ->
          kind == LimitKind.PROCESSES ? "the kernel counts the run's processes and threads" : "of each process";
      case TIMER -> "pid 1 ends the run when it rings";
      case SUPERVISOR -> "counted by who carries the output";
      case TMPFS -> "a full one is an error of the write";
      case SAMPLED -> sampled(kind);
      case CGROUP_V1, CGROUP_V2 -> byGroup(kind);
    };
  }

  private static String sampled(LimitKind kind) {
    return switch (kind) {
      case MEMORY -> "all processes, every 1-200 ms; misses peaks in between, kernel buffers; no memfd";
      case CPU_TIME -> "all processes, every 1-200 ms; a relay of short-lived ones is estimated";
      case DISK -> "the layer, every 20 ms at best; misses what is written in between";
      case ADDRESS_SPACE, WALL_TIME, CPUS, PROCESSES, OPEN_FILES, FILE_SIZE, OUTPUT, STACK, CORE_SIZE ->
          "every 1-200 ms; misses what comes and goes in between";
    };
  }

  private static String byGroup(LimitKind kind) {
    return switch (kind) {
      case MEMORY -> "the kernel counts all processes of the run together";
      case CPU_TIME -> "the kernel counts all processes together; the run is ended at the next look";
      case CPUS -> "the kernel makes the run's processes wait";
      case PROCESSES -> "the kernel refuses more, threads included";
      case ADDRESS_SPACE, WALL_TIME, OPEN_FILES, FILE_SIZE, OUTPUT, DISK, STACK, CORE_SIZE ->
          "all processes of the run together";
    };
  }
}
