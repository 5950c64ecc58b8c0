package org.chrootlite.linux;

/** What a process can have a view of its own of. Flags from {@code linux/sched.h}; see namespaces(7). */
public enum Namespace {
  USER(0x10000000, "user"),
  MOUNT(0x00020000, "mount"),
  PID(0x20000000, "pid"),
  IPC(0x08000000, "ipc"),
  UTS(0x04000000, "uts"),
  CGROUP(0x02000000, "cgroup"),
  NETWORK(0x40000000, "network");

  private final int flag;
  private final String label;

  Namespace(int flag, String label) {
    this.flag = flag;
    this.label = label;
  }

  /** {@code CLONE_NEW*}. */
  public int flag() {
    return flag;
  }

  /** The name that the manual uses. */
  public String label() {
    return label;
  }
}
