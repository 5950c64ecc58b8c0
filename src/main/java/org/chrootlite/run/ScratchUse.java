package org.chrootlite.run;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;

/**
 * What files in a sandbox's memory take: those of the scratch memory, of which /dev is a part in each sandbox, and
 * those of the tmpfs mounts of its manifest. They are {@code limits.disk}'s, or have a limit of their own.
 *
 * <p>A script can move the directory above a mount, and put something else in the mount's place: a link into the host,
 * or another mount. Nothing is read or written there, only asked for its size; and what does not have the size of the
 * mount is not taken for it. So nobody can have more taken off his memory than his mounts may hold together.
 */
final class ScratchUse {
  private static final String DEVICES = "/dev";
  private static final long PAGE = 4096;

  /** A file system in memory of so many bytes. */
  private record Mount(String target, long size) {}

  private final List<Mount> mounts = new ArrayList<>();

  ScratchUse(JailPlan plan) {
    for (Step step : plan.init()) {
      if (step instanceof Step.NewTmpfs tmpfs) {
        mounts.add(new Mount(target(tmpfs, plan), Math.ceilDiv(tmpfs.size(), PAGE) * PAGE));
      }
    }
  }

  private static String target(Step.NewTmpfs tmpfs, JailPlan plan) {
    for (Step step : plan.init()) {
      if (step instanceof Step.Attach attach && attach.tree().equals(tmpfs.tree())) {
        return attach.target();
      }
    }
    throw new IllegalArgumentException("a tmpfs that is mounted nowhere: " + tmpfs);
  }

  /**
   * Bytes that are in use.
   *
   * @param script the first process of the script; empty when it is over, or we may not look at its root
   */
  OptionalLong bytes(OptionalLong script) {
    if (script.isEmpty()) {
      return OptionalLong.empty();
    }
    String process = Long.toString(script.getAsLong());
    OptionalLong used = bytes(process);
    if (used.isEmpty()) {
      // Its first thread may have ended; the root directory is the others' then.
      for (String thread : ProcessTree.threads(process)) {
        used = used.isEmpty() ? bytes(thread) : used;
      }
    }
    return used;
  }

  /** As seen by a process or thread; empty where it has no root directory any more, or we may not look at it. */
  private OptionalLong bytes(String place) {
    String root = "/proc/" + place + "/root";
    File devices = new File(root + DEVICES);
    long size = devices.getTotalSpace();
    if (size == 0) {
      // statvfs(3) failed.
      return OptionalLong.empty();
    }
    long used = size - devices.getFreeSpace();
    for (Mount mount : mounts) {
      File target = new File(root + mount.target);
      if (target.getTotalSpace() == mount.size) {
        used += mount.size - target.getFreeSpace();
      }
    }
    return OptionalLong.of(used);
  }
}
