package org.chrootlite.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Who holds a lock.
 *
 * @param purpose what for, in words
 * @param pid of his process, in its own pid namespace
 * @param since in seconds since 1970
 */
record HolderText(String purpose, long pid, long since) {
  /** Of this process, from now on. Control characters are replaced, as this is a line of a file. */
  static HolderText now(String purpose) {
    StringBuilder line = new StringBuilder(purpose.length());
    for (int i = 0; i < purpose.length(); i++) {
      char c = purpose.charAt(i);
      line.append(Character.isISOControl(c) ? '?' : c);
    }
    return new HolderText(line.toString(), ProcessHandle.current().pid(), System.currentTimeMillis() / 1000);
  }

  /** What it reads like in a file, filled up with spaces, or cut off, to this many bytes and a line's end. */
  byte[] encode(int size) {
    byte[] text = (since + " " + pid + " " + purpose).getBytes(StandardCharsets.UTF_8);
    byte[] record = new byte[size];
    int end = Math.min(text.length, size - 1);
    while (end < text.length && (text[end] & 0xc0) == 0x80) {
      // Not within a character.
      end--;
    }
    System.arraycopy(text, 0, record, 0, end);
    Arrays.fill(record, end, size - 1, (byte) ' ');
    record[size - 1] = '\n';
    return record;
  }

  /** Reads what {@link #encode} wrote; empty for anything else. */
  static Optional<HolderText> decode(byte[] record) {
    String[] parts = new String(record, StandardCharsets.UTF_8).strip().split(" ", 3);
    if (parts.length < 3) {
      return Optional.empty();
    }
    try {
      return Optional.of(new HolderText(parts[2], Long.parseLong(parts[1]), Long.parseLong(parts[0])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Such as {@code apply of manifests/ (pid 1234, since 10:31:02)}; with the date unless that is today. */
  String describe(ZoneId zone, LocalDate today) {
    ZonedDateTime time = Instant.ofEpochSecond(since).atZone(zone);
    String pattern = time.toLocalDate().equals(today) ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
    String text = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(time);
    return purpose + " (pid " + pid + ", since " + text + ")";
  }
}
