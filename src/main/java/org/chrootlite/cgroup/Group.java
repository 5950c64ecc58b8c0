package org.chrootlite.cgroup;

import java.io.IOException;

/** A control group of one run, until it is closed. */
public interface Group extends AutoCloseable {
  /** What it can do. */
  Support.Groups support();

  /**
   * What the kernel has counted. May be called from any thread until the group is closed.
   *
   * @throws IOException also when somebody else has removed the group, or has taken a controller from it
   */
  Counters read() throws IOException;

  /**
   * The same when the kernel has given up what it only keeps as long as nobody needs the memory. With version 1 it
   * counts names of files that were looked up as kernel memory, some 200 bytes each, even of files that are not there:
   * whoever would hold memory against a run asks here first. That may take a second, and slows the run down.
   *
   * @param memory bytes: where anonymous memory alone is more, nothing needs to be given up to see that it is
   */
  default Counters settle(long memory) throws IOException {
    return read();
  }

  /**
   * Kills what is left in it, and removes it.
   *
   * @throws IOException when it cannot be removed; what could be is
   */
  @Override
  void close() throws IOException;
}
