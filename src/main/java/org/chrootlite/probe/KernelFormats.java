package org.chrootlite.probe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses text and lists in the formats of the kernel. */
final class KernelFormats {
  /** {@code struct linux_dirent64}: inode, offset, then the record's length in two bytes, the type in one, the name. */
  private static final int LENGTH = 16;

  private static final int NAME = 19;

  private KernelFormats() {}

  /** Returns the names in a buffer of getdents64(2), sorted, without {@code .} and {@code ..}. */
  static List<String> names(byte[] entries) {
    List<String> names = new ArrayList<>();
    int at = 0;
    while (at + NAME < entries.length) {
      int length = (entries[at + LENGTH] & 0xff) | (entries[at + LENGTH + 1] & 0xff) << 8;
      int end = at + NAME;
      while (end < entries.length && entries[end] != 0) {
        end++;
      }
      String name = new String(entries, at + NAME, end - at - NAME, StandardCharsets.UTF_8);
      if (!name.equals(".") && !name.equals("..")) {
        names.add(name);
      }
      if (length == 0) {
        break;
      }
      at += length;
    }
    names.sort(null);
    return names;
  }

  /** Returns the words of a field of {@code /proc/PID/status}; empty if there is no such field. */
  static Optional<List<String>> field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .findFirst()
        .map(line -> words(line.substring(name.length() + 1)));
  }

  /** Splits text at white space. */
  static List<String> words(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
  }
}
