package org.chrootlite.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.chrootlite.model.Amount;
import org.chrootlite.model.Gap;
import org.chrootlite.run.HostSettings;

/** What is seen of a host without trying a launcher. */
public final class HostFindings {
  private static final String STATE = "state directory";
  private static final String CORES = "core dumps";

  /** The largest template takes some 40 MB. */
  private static final long LEAST_SPACE = 64L << 20;

  private HostFindings() {}

  /** The state directory, which is there and can be written to. */
  public static Finding space(Path home) {
    return space(home, type(home), home.toFile().getUsableSpace());
  }

  private static String type(Path home) {
    try {
      return Files.getFileStore(home).type();
    } catch (IOException e) {
      return "an unknown file system"; // in a chroot the table of mounts may lack it
    }
  }

  static Finding space(Path home, String type, long free) {
    String detail = home + ", on " + type + ", " + Amount.bytes(free) + " free";
    return free >= LEAST_SPACE
        ? Finding.ok(STATE, detail)
        : Finding.degraded(
            STATE,
            detail,
            new Gap(
                "root directories and what runs print need more",
                "chroot-lite cleanup, or name another directory with --home DIR"));
  }

  /** A state directory that cannot be used. */
  public static Finding unusable(IOException problem) {
    return Finding.missing(
        STATE,
        new Gap(
            String.valueOf(problem.getMessage()),
            "name a directory of your own with --home DIR, or CHROOT_LITE_HOME"));
  }

  /** Whether a crash of a script calls a program of the host, whatever its limits; see core(5). */
  public static Finding cores(HostSettings settings) {
    String pattern = settings.read("/proc/sys/kernel/core_pattern").orElse("");
    return pattern.startsWith("|")
        ? Finding.note(
            CORES,
            "a script's crash calls "
                + pattern.substring(1).split(" ", 2)[0]
                + ", whatever its coreSize; to stop that: sudo sysctl -w kernel.core_pattern=core")
        : Finding.ok(CORES, "coreSize bounds them: no program of the host is called");
  }

  /**
   * Whether there is a program that is good to have.
   *
   * @param path the caller's PATH
   */
  public static Finding program(String name, String use, String path) {
    Optional<Path> found = find(name, path);
    return found.isPresent()
        ? Finding.ok(name, found.get() + ": " + use)
        : Finding.note(name, "not there, which takes nothing from a run; it is for " + use);
  }

  private static Optional<Path> find(String name, String path) {
    for (String directory : path.split(":", -1)) {
      Path file = Path.of(directory, name);
      if (directory.startsWith("/") && Files.isRegularFile(file) && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
