package org.chrootlite.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The command line as the kernel has it. Java decodes it, and replaces each byte that it cannot decode: a script would
 * get an argument that the caller did not give.
 */
final class Arguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final char REPLACEMENT = '\uFFFD';

  private Arguments() {}

  /** What is wrong with this process's arguments; empty where Java has lost nothing of them. */
  static Optional<String> problem(List<String> decoded) {
    if (decoded.stream().allMatch(argument -> argument.indexOf(REPLACEMENT) < 0)) {
      return Optional.empty();
    }
    byte[] line;
    try {
      line = Files.readAllBytes(COMMAND_LINE);
    } catch (IOException e) {
      return Optional.of("cannot read " + COMMAND_LINE + ", so an argument that is not UTF-8 cannot be told from one");
    }
    return problem(decoded, line);
  }

  /** The same, of a command line that ends with the arguments, with a zero after each. */
  static Optional<String> problem(List<String> decoded, byte[] line) {
    List<byte[]> raw = split(line);
    int skipped = raw.size() - decoded.size();
    for (int i = 0; i < decoded.size(); i++) {
      byte[] argument = skipped + i < 0 ? new byte[0] : raw.get(skipped + i);
      Optional<String> text = decode(argument);
      if (!text.equals(Optional.of(decoded.get(i)))) {
        String reason = text.isEmpty() ? "is not UTF-8" : "is lost in this locale (set LC_ALL=C.UTF-8)";
        return Optional.of("argument %d %s: %s".formatted(i + 1, reason, escape(argument)));
      }
    }
    return Optional.empty();
  }

  private static List<byte[]> split(byte[] line) {
    List<byte[]> all = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < line.length; i++) {
      if (line[i] == 0) {
        all.add(Arrays.copyOfRange(line, begin, i));
        begin = i + 1;
      }
    }
    return all;
  }

  /** The text, where the bytes are UTF-8. */
  private static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static String escape(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte each : bytes) {
      if (each < ' ' || each == 0x7f) {
        text.append("\\x%02x".formatted(each & 0xff));
      } else {
        text.append((char) each);
      }
    }
    return text.toString();
  }
}
