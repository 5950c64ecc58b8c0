package org.chrootlite.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Resource;
import org.chrootlite.model.Gap;

/**
 * This machine, as far as launchers depend on it.
 *
 * @param mapsOwners whether the lower layer of an overlay may show root's files as another user's: since Linux 5.19
 * @param countsInNamespaces whether a user's processes are counted for each user namespace apart: since Linux 5.14
 * @param hardLimits what the caller cannot be raised above; a resource that is missing has no limit. See getrlimit(2)
 */
public record Host(
    Architecture architecture,
    HostUser user,
    boolean mapsOwners,
    boolean countsInNamespaces,
    Map<Resource, Long> hardLimits) {
  private static final Path LIMITS = Path.of("/proc/self/limits");

  /** Copies the map. */
  public Host {
    hardLimits = Collections.unmodifiableMap(new EnumMap<>(hardLimits));
  }

  /**
   * Asks the kernel.
   *
   * @throws IOException when /proc is not mounted, or the machine is one that we make no launchers for
   */
  public static Host current() throws IOException {
    return new Host(
        architecture(System.getProperty("os.arch", "")),
        HostUser.current(),
        isAtLeast(System.getProperty("os.version", ""), 5, 19),
        isAtLeast(System.getProperty("os.version", ""), 5, 14),
        hardLimits(Files.readAllLines(LIMITS, StandardCharsets.US_ASCII)));
  }

  /**
   * Why a limit of processes (RLIMIT_NPROC) counts more than a run's own; empty where it does not. Root's runs have
   * users of their own. Other callers' have user namespaces of their own, which are counted apart since Linux 5.14.
   */
  public Optional<Gap> countingGap() {
    return user.isRoot() || countsInNamespaces
        ? Optional.empty()
        : Optional.of(
            new Gap(
                "Linux before 5.14 counts all your processes towards a run's limit",
                "use a newer kernel, or a control group with the controller pids"));
  }

  /** Compares a release such as {@code 6.1.0-18-cloud-amd64}; one that cannot be read counts as older. */
  static boolean isAtLeast(String release, int major, int minor) {
    int dot = release.indexOf('.');
    int end = dot + 1;
    while (end < release.length() && Character.isDigit(release.charAt(end))) {
      end++;
    }
    try {
      int actual = Integer.parseInt(release.substring(0, Math.max(0, dot)));
      return actual > major || (actual == major && Integer.parseInt(release.substring(dot + 1, end)) >= minor);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static Architecture architecture(String javaName) throws IOException {
    return switch (javaName) {
      case "amd64", "x86_64" -> Architecture.X86_64;
      case "aarch64" -> Architecture.AARCH64;
      default -> throw new IOException("this machine is a " + javaName + "; launchers are made for x86_64 and aarch64");
    };
  }

  /** A line has the name, the soft limit, the hard limit and a unit, in columns; see proc_pid_limits(5). */
  static Map<Resource, Long> hardLimits(List<String> lines) throws IOException {
    Map<Resource, Long> limits = new EnumMap<>(Resource.class);
    for (Resource resource : Resource.values()) {
      String line = null;
      for (String each : lines) {
        if (each.startsWith(resource.procName() + "  ")) {
          line = each;
        }
      }
      if (line == null) {
        throw new IOException(LIMITS + " has no line for " + resource.procName());
      }
      String[] columns = line.substring(resource.procName().length()).strip().split(" +", -1);
      if (columns.length < 2) {
        throw new IOException(LIMITS + " has an unusable line: " + line);
      }
      long limit = hardLimit(columns[1], line);
      if (limit >= 0) {
        limits.put(resource, limit);
      }
    }
    return limits;
  }

  /** Negative for none, and for one that is so large that it is none. */
  private static long hardLimit(String text, String line) throws IOException {
    try {
      return text.equals("unlimited") ? -1 : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(LIMITS + " has an unusable line: " + line, e);
    }
  }
}
