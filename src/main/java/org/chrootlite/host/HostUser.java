package org.chrootlite.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who this process is to the kernel.
 *
 * @param uid effective user id, 0 to 4294967294, as the process's own user namespace shows it
 * @param gid effective group id, likewise
 * @param name for messages; nothing is decided by it
 */
public record HostUser(long uid, long gid, String name) {
  private static final Path STATUS = Path.of("/proc/self/status");

  /**
   * Asks the kernel. Not the owner of {@code /proc/self}: that is root whenever a process is not dumpable.
   *
   * @throws IOException when /proc is not mounted
   */
  public static HostUser current() throws IOException {
    String status = Files.readString(STATUS, StandardCharsets.ISO_8859_1);
    return new HostUser(effective(status, "Uid:"), effective(status, "Gid:"), System.getProperty("user.name", "?"));
  }

  /** True for uid 0, of whatever user namespace. */
  public boolean isRoot() {
    return uid == 0;
  }

  /** A line of {@code /proc/pid/status} has the real, effective, saved and file system id; see proc_pid_status(5). */
  static long effective(String status, String field) throws IOException {
    for (String line : status.split("\n", -1)) {
      if (line.startsWith(field)) {
        String[] ids = line.substring(field.length()).strip().split("\t", -1);
        if (ids.length == 4) {
          return Long.parseLong(ids[1]);
        }
      }
    }
    throw new IOException(STATUS + " has no usable line " + field);
  }
}
