package org.chrootlite.cgroup;

import java.io.IOException;
import java.util.List;

/** A control group of one run, until it is closed. */
public interface Group extends AutoCloseable {
  /** What it can do. */
  Support.Groups support();

  /** Files that a process writes "0" to in order to join, relative to the run's directory. */
  List<String> entrances();

  /** What the kernel has counted. May be called from any thread until the group is closed. */
  Counters read() throws IOException;

  /**
   * Kills what is left in it, and removes it.
   *
   * @throws IOException when it cannot be removed; what could be is
   */
  @Override
  void close() throws IOException;
}
