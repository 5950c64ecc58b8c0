package org.chrootlite.compile;

/** By what a limit is kept. */
public enum Means {
  /** By the kernel, as a resource limit of each process; see getrlimit(2). */
  RLIMIT("rlimit"),
  /** By a timer of pid 1. */
  TIMER("timer"),
  /** By the one who carries the output. */
  SUPERVISOR("supervisor"),
  /** By the size of the memory that all writes go to. */
  TMPFS("tmpfs"),
  /** By one who looks from time to time, and ends the run. */
  SAMPLED("sampled"),
  /** By a control group of version 1, which bounds or counts what all processes use. */
  CGROUP_V1("cgroup-v1"),
  /** By one of version 2. */
  CGROUP_V2("cgroup-v2");

  private final String id;

  Means(String id) {
    this.id = id;
  }

  /** Whether it is a control group. */
  public boolean isGroup() {
    return this == CGROUP_V1 || this == CGROUP_V2;
  }

  /** The name in results. */
  public String id() {
    return id;
  }
}
