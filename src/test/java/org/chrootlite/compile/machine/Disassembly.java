package org.chrootlite.compile.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.linux.Architecture;
import org.chrootlite.testing.Command;

/** What objdump makes of machine code. */
final class Disassembly {
  private Disassembly() {}

  /** The instructions, one a line: the place in hexadecimal, a colon, and the text with single spaces. */
  static List<String> of(Architecture architecture, byte[] code) {
    List<String> lines = new ArrayList<>();
    for (String line : objdump(architecture, code).split("\n", -1)) {
      // "   0:<tab>48 8b 04 24<tab>mov    rax,QWORD PTR [rsp]"; where bytes go on in a second line there is no text.
      String[] columns = line.split("\t", 3);
      if (columns.length == 3) {
        String text = columns[2].replaceAll("\\s*//.*", "").replaceAll("\\s+", " ").strip();
        lines.add(columns[0].strip() + " " + text);
      }
    }
    return lines;
  }

  /** The instructions without their places. */
  static List<String> texts(Architecture architecture, byte[] code) {
    return of(architecture, code).stream().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
  }

  private static String objdump(Architecture architecture, byte[] code) {
    try {
      Path file = Files.createTempFile("code", ".bin");
      try {
        Files.write(file, code);
        String path = file.toString();
        return switch (architecture) {
          case X86_64 ->
              Command.output("objdump", "-D", "-z", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", path);
          case AARCH64 ->
              Command.output("aarch64-linux-gnu-objdump", "-D", "-z", "-b", "binary", "-m", "aarch64", path);
        };
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
