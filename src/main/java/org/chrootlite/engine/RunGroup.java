package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.chrootlite.cgroup.Attempt;
import org.chrootlite.cgroup.Bounds;
import org.chrootlite.cgroup.ControlGroups;
import org.chrootlite.cgroup.Group;
import org.chrootlite.cgroup.Support;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Means;
import org.chrootlite.compile.Powers;
import org.chrootlite.host.Host;
import org.chrootlite.model.Gap;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Sandbox;

/**
 * The control group of a run where it can have one, and what its limits can be kept by.
 *
 * @param group empty where it has none
 */
record RunGroup(Powers powers, Optional<Group> group) implements AutoCloseable {
  /** What our own processes, the kernel's tables for all of them and the script's file take at most, in bytes. */
  private static final long OURS = 16L << 20;

  /**
   * Makes a group where the host allows it.
   *
   * @param directory of the run
   */
  static RunGroup of(String run, Path directory, Sandbox sandbox, Limits limits, Host host) throws IOException {
    return switch (ControlGroups.find().make(run, directory, bounds(sandbox, limits))) {
      case Attempt.Made(Group group) ->
          new RunGroup(powers(group.support(), host), Optional.of(group));
      case Attempt.Refused(Gap gap) -> new RunGroup(powers(new Support.None(gap), host), Optional.empty());
    };
  }

  /** What limits of a run will be kept by that begins on this host. */
  static Powers expected(Host host) throws IOException {
    return powers(ControlGroups.find().support(), host);
  }

  private static Powers powers(Support support, Host host) {
    Powers.Group group =
        switch (support) {
          case Support.Groups groups ->
              new Powers.Group.Joined(
                  groups.version() == 1 ? Means.CGROUP_V1 : Means.CGROUP_V2,
                  groups.controllers(),
                  groups.missing(),
                  groups.swap(),
                  groups.entrances());
          case Support.None(Gap gap) -> new Powers.Group.None(gap);
        };
    return new Powers(group, host.countingGap());
  }

  /**
   * What the kernel bounds. Files in memory are charged to the group as well; so it gets room for them, and the watch
   * tells them from what {@code limits.memory} is about.
   */
  static Bounds bounds(Sandbox sandbox, Limits limits) {
    OptionalLong processes = limits.value(LimitKind.PROCESSES);
    return new Bounds(
        memory(sandbox, limits),
        processes.isPresent() ? OptionalLong.of(processes.getAsLong() + JailPlanner.OUR_PROCESSES) : processes,
        limits.value(LimitKind.CPUS));
  }

  private static OptionalLong memory(Sandbox sandbox, Limits limits) {
    OptionalLong memory = limits.value(LimitKind.MEMORY);
    OptionalLong disk = limits.value(LimitKind.DISK);
    if (memory.isEmpty() || disk.isEmpty() || disk.getAsLong() == 0) {
      return OptionalLong.empty();
    }
    long all = saturatedSum(saturatedSum(memory.getAsLong(), disk.getAsLong()), OURS);
    for (Mount mount : sandbox.mounts()) {
      if (mount instanceof Mount.Tmpfs tmpfs) {
        all = saturatedSum(all, tmpfs.size());
      }
    }
    return OptionalLong.of(all);
  }

  private static long saturatedSum(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }

  @Override
  public void close() throws IOException {
    if (group.isPresent()) {
      group.get().close();
    }
  }
}
