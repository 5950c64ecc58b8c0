package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Verdict;
import org.chrootlite.run.HostSettings;
import org.chrootlite.run.Judgement;

/**
 * Mounts of which a run of root may use less than the manifest says: root gives itself up for a user that owns only
 * what root owns, and that only where the file system can map owners.
 */
record MountOwners(HostSettings settings) {
  private static final int READ = 04;
  private static final int WRITE = 02;
  private static final int SEARCH = 01;

  /** Types of file systems that have no FS_ALLOW_IDMAP; those of FUSE only map owners where their server asks to. */
  private static final Set<String> WITHOUT_MAP =
      Set.of(
          "9p", "autofs", "bpf", "cgroup", "cgroup2", "cifs", "debugfs", "devpts", "fuse", "mqueue", "nfs", "nfs4",
          "overlay", "proc", "pstore", "ramfs", "securityfs", "smb3", "sysfs", "tracefs");

  /** The judgement of a failed run of root, with the first such mount in its evidence. */
  Judgement named(Judgement judgement, Sandbox sandbox) {
    boolean mayBe = judgement.verdict() == Verdict.FAILED || judgement.verdict() == Verdict.SETUP_ERROR;
    for (Mount mount : sandbox.mounts()) {
      Optional<Gap> gap = mayBe && mount instanceof Mount.Bind bind ? gap(bind) : Optional.empty();
      if (gap.isPresent()) {
        return judgement.withEvidence(judgement.evidence() + "; mount " + mount.target() + ": " + gap.get());
      }
    }
    return judgement;
  }

  /** Why the sandbox's user may not read, or write, what is mounted; empty where it may. */
  Optional<Gap> gap(Mount.Bind bind) {
    Path source = bind.source();
    try {
      Map<String, Object> attributes = Files.readAttributes(source, "unix:uid,mode");
      long owner = Integer.toUnsignedLong(((Number) attributes.getOrDefault("uid", -1)).intValue());
      int mode = ((Number) attributes.getOrDefault("mode", -1)).intValue();
      int needed = READ | (bind.readOnly() ? 0 : WRITE) | (Files.isDirectory(source) ? SEARCH : 0);
      if ((mode & needed) == needed) {
        return Optional.empty();
      }
      return owner == 0
          ? withoutMap(source, !bind.readOnly())
          : Optional.of(
              new Gap(
                  "%s belongs to uid %d of the host, with mode %04o: a run of root may do there what others may"
                      .formatted(source, owner, mode & 07777),
                  "chown it to root, chmod o+%s it, or run chroot-lite as uid %d".formatted(word(needed), owner)));
    } catch (IOException e) {
      return Optional.empty(); // the run itself tells what is wrong with it
    }
  }

  private static String word(int needed) {
    return ((needed & READ) != 0 ? "r" : "") + ((needed & WRITE) != 0 ? "w" : "") + ((needed & SEARCH) != 0 ? "x" : "");
  }

  /** Owners are mapped in all of a tree or in nothing of it. */
  private Optional<Gap> withoutMap(Path source, boolean isWhole) {
    Optional<Gap> below = Optional.empty();
    Optional<Gap> own = Optional.empty();
    Path innermost = Path.of("/");
    for (String line : settings.read("/proc/self/mountinfo").orElse("").split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      int separator = line.indexOf(" - ");
      if (fields.length < 5 || separator < 0) {
        continue;
      }
      String type = line.substring(separator + 3).split(" ", 2)[0];
      Path point = Path.of(unescaped(fields[4]));
      if (source.startsWith(point) && point.startsWith(innermost)) {
        innermost = point;
        own = mapsNoOwners(type) ? Optional.of(gap(type, point, false)) : Optional.empty();
      } else if (isWhole && point.startsWith(source) && mapsNoOwners(type)) {
        below = Optional.of(gap(type, point, true));
      }
    }
    return own.isPresent() ? own : below;
  }

  private static boolean mapsNoOwners(String type) {
    return WITHOUT_MAP.contains(type) || type.startsWith("fuse.");
  }

  private static Gap gap(String type, Path point, boolean isBelow) {
    return new Gap(
        "the file system at %s (%s) does not map owners: what root owns %s is not the sandbox user's"
            .formatted(point, type, isBelow ? "in the whole mount" : "there"),
        isBelow ? "umount it, or mount what lies beside it by itself" : "chmod o+rwX it, or copy it elsewhere");
  }

  /** See proc_pid_mountinfo(5): space, tab, newline and backslash are octal. */
  private static String unescaped(String path) {
    return path.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\");
  }
}
