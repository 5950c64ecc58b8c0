package org.chrootlite.run;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.chrootlite.cgroup.Counters;
import org.chrootlite.cgroup.Group;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.linux.Controller;

/**
 * Asks the kernel what it has counted for a run's control group. Of its shared memory, files in the scratch memory are
 * {@code limits.disk}'s and do not count; as long as nobody knows how much that is, none of it does, and the group's
 * own bound is all that holds.
 */
final class GroupMeter implements Meter {
  /** What the kernel keeps for our own processes and for the namespaces, in bytes: so much is never the script's. */
  static final long OUR_MEMORY = 256 << 10;

  private final Group group;
  private final long launcher;
  private final ScratchUse scratch;
  private final Optional<Meter> others;

  /**
   * A meter for the group of a launcher.
   *
   * @param others measures what the group has no controller for
   */
  GroupMeter(Group group, long launcher, ScratchUse scratch, Optional<Meter> others) {
    this.group = group;
    this.launcher = launcher;
    this.scratch = scratch;
    this.others = others;
  }

  /** Whether a group counts all that is measured. */
  static boolean countsAll(Group group) {
    Set<Controller> controllers = group.support().controllers();
    return controllers.contains(Controller.MEMORY)
        && controllers.contains(Controller.CPUACCT)
        && controllers.contains(Controller.PIDS);
  }

  /** Where counters are read. */
  private interface Reading {
    Counters read() throws IOException;
  }

  @Override
  public Use look() throws IOException {
    return look(group::read);
  }

  @Override
  public Use lookAgain(long memory) throws IOException {
    long all = memory > Long.MAX_VALUE - OUR_MEMORY ? Long.MAX_VALUE : memory + OUR_MEMORY;
    return look(() -> group.settle(all));
  }

  private Use look(Reading reading) throws IOException {
    OptionalLong script = ProcessTree.script(launcher);
    // Before and after: what is removed in between was shared memory, and must not seem to be something else.
    OptionalLong before = scratch.bytes(script);
    Counters counters = reading.read();
    OptionalLong after = scratch.bytes(script);
    boolean isKnown = before.isPresent() && after.isPresent();
    long files = isKnown ? Math.max(before.getAsLong(), after.getAsLong()) : 0;
    long shared = isKnown ? Math.max(0, counters.shared() - files) : 0;
    long processes = Math.max(0, counters.processes() - JailPlanner.OUR_PROCESSES);
    long memory = Math.max(0, counters.memory() - OUR_MEMORY) + shared;
    Use use = new Use(memory, counters.cpuTime(), processes, files, 0);
    return others.isPresent() ? joined(use, others.get().look()) : use;
  }

  private Use joined(Use counted, Use sampled) {
    Set<Controller> controllers = group.support().controllers();
    return new Use(
        controllers.contains(Controller.MEMORY) ? counted.memory() : sampled.memory(),
        controllers.contains(Controller.CPUACCT) ? counted.cpuTime() : sampled.cpuTime(),
        controllers.contains(Controller.PIDS) ? counted.processes() : sampled.processes(),
        counted.written(),
        sampled.mappable());
  }

  @Override
  public void close() throws IOException {
    if (others.isPresent()) {
      others.get().close();
    }
  }
}
