package org.chrootlite.linux;

/** What a control group can limit or count; see cgroups(7). Version 2 counts CPU time without a controller for it. */
public enum Controller {
  MEMORY("memory"),
  PIDS("pids"),
  CPU("cpu"),
  CPUACCT("cpuacct");

  private final String id;

  Controller(String id) {
    this.id = id;
  }

  /** The kernel's name. */
  public String id() {
    return id;
  }
}
