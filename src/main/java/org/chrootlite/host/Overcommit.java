package org.chrootlite.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory the kernel promises to one mapping. See {@code overcommit_memory} in proc_sys_vm(5). */
public final class Overcommit {
  private static final Path MODE = Path.of("/proc/sys/vm/overcommit_memory");

  private Overcommit() {}

  /** Bytes beyond which this machine refuses a private, writable mapping; {@link Long#MAX_VALUE} for none. */
  public static long largestMapping() throws IOException {
    String mode = Files.readString(MODE, StandardCharsets.US_ASCII).strip();
    return largestMapping(mode, MemoryInfo.read());
  }

  static long largestMapping(String mode, MemoryInfo memory) throws IOException {
    return switch (mode) {
      // What is more than the whole machine has is refused as an obvious overcommit.
      case "0" -> memory.bytes("MemTotal:") + memory.bytes("SwapTotal:");
      case "1" -> Long.MAX_VALUE;
      case "2" -> memory.bytes("CommitLimit:");
      default -> throw new IOException(MODE + " says " + mode + ", which is none of 0, 1 and 2");
    };
  }
}
