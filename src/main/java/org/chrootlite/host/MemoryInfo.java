package org.chrootlite.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this machine's memory is at a moment. See proc_meminfo(5).
 *
 * @param lines such as {@code MemTotal:       24684088 kB}
 */
public record MemoryInfo(List<String> lines) {
  private static final Path FILE = Path.of("/proc/meminfo");
  private static final String KIBIBYTES = " kB";

  /** Copies the list. */
  public MemoryInfo {
    lines = List.copyOf(lines);
  }

  /** What it is now. */
  public static MemoryInfo read() throws IOException {
    return new MemoryInfo(Files.readAllLines(FILE, StandardCharsets.US_ASCII));
  }

  /** Bytes that can be had without swapping, as the kernel estimates. */
  public long available() throws IOException {
    return bytes("MemAvailable:");
  }

  /** What the line that begins so says, in bytes. */
  long bytes(String name) throws IOException {
    for (String line : lines) {
      if (line.startsWith(name) && line.endsWith(KIBIBYTES)) {
        try {
          return 1024 * Long.parseLong(line.substring(name.length(), line.length() - KIBIBYTES.length()).strip());
        } catch (NumberFormatException e) {
          throw new IOException(FILE + " has an unusable line: " + line, e);
        }
      }
    }
    throw new IOException(FILE + " has no line for " + name);
  }
}
