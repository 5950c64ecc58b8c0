package org.chrootlite.probe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.chrootlite.linux.Errno;

/** The result of a system call of a probe. */
final class Answer {
  private final long result;
  private final byte[] data;

  Answer(long result, byte[] data) {
    this.result = result;
    this.data = data.clone();
  }

  /** What the call returned; a negated error number where it failed. */
  long result() {
    return result;
  }

  boolean isError() {
    return result < 0 && result >= -Errno.MAX;
  }

  /** Whether it failed with this error. */
  boolean is(Errno errno) {
    return result == -errno.number();
  }

  /** The word at this offset of what the call wrote; empty where it wrote less. */
  Optional<Long> word(int offset) {
    return offset + Long.BYTES > data.length ? Optional.empty() : Optional.of(Words.get(data, offset));
  }

  /** What the call wrote, as text, without the zeros behind it. */
  String text() {
    int end = data.length;
    while (end > 0 && data[end - 1] == 0) {
      end--;
    }
    return new String(data, 0, end, StandardCharsets.UTF_8);
  }

  byte[] data() {
    return data.clone();
  }

  /** The symbolic errno name, such as {@code EPERM}, or the number that was returned. */
  String told() {
    return isError() ? name((int) -result) : Long.toString(result);
  }

  private static String name(int number) {
    return Arrays.stream(Errno.values())
        .filter(errno -> errno.number() == number)
        .map(Errno::name)
        .findFirst()
        .orElse("errno " + number);
  }
}
