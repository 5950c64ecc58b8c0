package org.chrootlite.cgroup;

import java.io.IOException;
import java.util.Optional;

/**
 * What tells of a group's processes; the controller has the same files in both versions.
 *
 * @param peak empty where the kernel does not say (before Linux 6.6)
 */
record PidsFiles(CounterFile current, Optional<CounterFile> peak, CounterFile events) {
  static PidsFiles open(CounterFiles files, GroupDirectory group) throws IOException {
    return new PidsFiles(
        files.open(group, "pids.current"),
        files.openIfAny(group, "pids.peak"),
        files.open(group, "pids.events"));
  }

  /** Processes and threads now. */
  long now() throws IOException {
    return current.look().number();
  }

  /** The most of them at a time; 0 where the kernel does not say. */
  long most() throws IOException {
    return peak.isPresent() ? peak.get().look().number() : 0;
  }

  /** How often one was refused at the bound. */
  long refused() throws IOException {
    return events.look().field("max");
  }
}
