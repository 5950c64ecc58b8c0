package org.chrootlite.cgroup;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/** A file of counters that is read again and again. Its owner sees to it that one thread does at a time. */
final class CounterFile implements AutoCloseable {
  private final Path path;
  private final RandomAccessFile file;
  private byte[] bytes = new byte[1024];
  private String text = "";

  CounterFile(GroupDirectory group, String name) throws IOException {
    this.path = group.path().resolve(name);
    this.file = new RandomAccessFile(path.toFile(), "r");
  }

  /** Reads it anew. */
  CounterFile look() throws IOException {
    file.seek(0);
    int length = 0;
    for (int more = 0; more >= 0; more = file.read(bytes, length, bytes.length - length)) {
      length += more;
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * length);
      }
    }
    text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    return this;
  }

  /** All it has: one number. */
  long number() throws IOException {
    int end = text.indexOf('\n');
    return parse(end < 0 ? text : text.substring(0, end));
  }

  /** The number after this name, which the kernel always tells. */
  long field(String name) throws IOException {
    OptionalLong value = fieldIfAny(name);
    if (value.isEmpty()) {
      throw new IOException(path + " has no line " + name);
    }
    return value.getAsLong();
  }

  /** The number after this name at a line's beginning; empty where there is no such line. */
  OptionalLong fieldIfAny(String name) throws IOException {
    for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      int end = at + name.length();
      if ((at == 0 || text.charAt(at - 1) == '\n') && end < text.length() && text.charAt(end) == ' ') {
        int line = text.indexOf('\n', end);
        return OptionalLong.of(parse(text.substring(end + 1, line < 0 ? text.length() : line)));
      }
    }
    return OptionalLong.empty();
  }

  private long parse(String number) throws IOException {
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException e) {
      throw new IOException(path + " has " + number + " where a number should be", e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
