package org.chrootlite.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much memory the kernel promises to one mapping. See {@code overcommit_memory} in proc_sys_vm(5). */
public final class Overcommit {
  private static final Path MODE = Path.of("/proc/sys/vm/overcommit_memory");
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final long KIB = 1024;

  private Overcommit() {}

  /** Bytes beyond which this machine refuses a private, writable mapping; {@link Long#MAX_VALUE} for none. */
  public static long largestMapping() throws IOException {
    String mode = Files.readString(MODE, StandardCharsets.US_ASCII).strip();
    return largestMapping(mode, Files.readAllLines(MEMORY, StandardCharsets.US_ASCII));
  }

  static long largestMapping(String mode, List<String> memory) throws IOException {
    return switch (mode) {
      // What is more than the whole machine has is refused as an obvious overcommit.
      case "0" -> kibibytes(memory, "MemTotal:") * KIB + kibibytes(memory, "SwapTotal:") * KIB;
      case "1" -> Long.MAX_VALUE;
      case "2" -> kibibytes(memory, "CommitLimit:") * KIB;
      default -> throw new IOException(MODE + " says " + mode + ", which is none of 0, 1 and 2");
    };
  }

  /** A line is {@code MemTotal:       24684088 kB}. */
  private static long kibibytes(List<String> lines, String name) throws IOException {
    for (String line : lines) {
      if (line.startsWith(name) && line.endsWith(" kB")) {
        try {
          return Long.parseLong(line.substring(name.length(), line.length() - " kB".length()).strip());
        } catch (NumberFormatException e) {
          throw new IOException(MEMORY + " has an unusable line: " + line, e);
        }
      }
    }
    throw new IOException(MEMORY + " has no line for " + name);
  }
}
