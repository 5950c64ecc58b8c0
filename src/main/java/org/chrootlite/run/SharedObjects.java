package org.chrootlite.run;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The memory that processes share without a file in a file system that is limited: anonymous shared mappings, those of
 * {@code /dev/zero}, and what is left of memory files and System V objects where a script may make them.
 *
 * <p>How much of such an object is in use nobody tells. Pages that a process has given back with MADV_DONTNEED stay in
 * the object, and so do those of a part that nobody maps any more. So each counts in the whole size that was ever seen
 * of it. Who has been seen to unmap a part of one is not trusted with the others either, which may have been trimmed
 * between two looks: each then counts as the largest of which a part was unmapped.
 */
final class SharedObjects {
  /** The file system, in no mount table, in which the kernel keeps them: the first of its kind that it makes. */
  private static final String DEVICE = "00:01";

  private static final int PERMISSIONS = 4;

  private final Map<String, Long> sizes = new HashMap<>();
  private final Map<String, Long> seen = new HashMap<>();
  private long largestTrimmed;

  /** Adds what a process maps: the text of its {@code /proc/PID/maps}; see proc_pid_maps(5). */
  void add(String maps) {
    int line = 0;
    while (line < maps.length()) {
      int end = maps.indexOf('\n', line);
      end = end < 0 ? maps.length() : end;
      int permissions = maps.indexOf(' ', line) + 1;
      // Most mappings are private, and a Java program has thousands: those are not taken apart.
      if (permissions > line && permissions + PERMISSIONS < end && maps.charAt(permissions + 3) == 's') {
        addShared(maps.substring(line, end));
      }
      line = end + 1;
    }
  }

  /** {@code 7f0a40000000-7f0a48000000 rw-s 00000000 00:01 2059 /dev/zero (deleted)}. */
  private void addShared(String mapping) {
    String[] fields = mapping.split(" +", 6);
    if (fields.length < 5 || !isMemory(fields[3], fields.length == 6 ? fields[5] : "")) {
      return;
    }
    int dash = fields[0].indexOf('-');
    long begin = Long.parseUnsignedLong(fields[0], 0, dash, 16);
    long end = Long.parseUnsignedLong(fields[0], dash + 1, fields[0].length(), 16);
    long size = Long.parseUnsignedLong(fields[2], 16) + (end - begin);
    seen.merge(fields[3] + " " + fields[4], size, Math::max);
  }

  private static boolean isMemory(String device, String name) {
    return device.equals(DEVICE)
        || name.startsWith("/dev/zero (deleted)")
        || name.startsWith("/memfd:")
        || name.startsWith("/SYSV")
        || name.startsWith("/anon_hugepage")
        || name.startsWith("[anon_shmem:");
  }

  /** Ends a look at all processes. Returns how many bytes the objects take that somebody maps. */
  long finishLook() {
    Set<String> gone = new HashSet<>(sizes.keySet());
    gone.removeAll(seen.keySet());
    sizes.keySet().removeAll(gone);
    for (Map.Entry<String, Long> each : seen.entrySet()) {
      long before = sizes.getOrDefault(each.getKey(), 0L);
      if (before > each.getValue()) {
        largestTrimmed = Math.max(largestTrimmed, before);
      }
      sizes.put(each.getKey(), Math.max(before, each.getValue()));
    }
    seen.clear();
    long all = 0;
    for (long size : sizes.values()) {
      all += Math.max(size, largestTrimmed);
    }
    return all;
  }
}
