package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private static final int NEVER_OPEN = 1_000_000;

  @Test
  void aTerminalIsTold() throws IOException {
    try (RandomAccessFile terminal = new RandomAccessFile("/dev/ptmx", "rw")) {
      assertEquals(true, Terminal.isTerminal(descriptorOf("/dev/ptmx", terminal)));
    }
  }

  @Test
  void anotherDeviceOrAFileIsNoTerminal() throws IOException {
    Path file = Path.of("pom.xml").toAbsolutePath();
    for (String name : new String[] {"/dev/null", "/dev/zero", file.toString()}) {
      try (RandomAccessFile open = new RandomAccessFile(name, "r")) {
        assertEquals(false, Terminal.isTerminal(descriptorOf(name, open)), name);
        assertEquals(false, Terminal.isPipe(descriptorOf(name, open)), name);
      }
    }
  }

  @Test
  void aClosedDescriptorIsNeitherTerminalNorPipe() {
    assertEquals(false, Terminal.isTerminal(NEVER_OPEN));
    assertEquals(false, Terminal.isPipe(NEVER_OPEN));
  }

  private static int descriptorOf(String name, RandomAccessFile open) throws IOException {
    assertEquals(true, open.getFD().valid());
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path link : all.toList()) {
        if (Files.isSymbolicLink(link)
            && Integer.parseInt(link.getFileName().toString()) > 2
            && Files.readSymbolicLink(link).toString().endsWith(name.substring(name.lastIndexOf('/')))) {
          return Integer.parseInt(link.getFileName().toString());
        }
      }
    }
    throw new AssertionError("no descriptor of " + name);
  }
}
