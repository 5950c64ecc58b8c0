package org.chrootlite.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrnoTest {

  @Test
  void namesNumbersAndTextsAreThoseOfGlibc(@TempDir Path folder) throws IOException {
    Path source = Files.writeString(folder.resolve("errno.c"), """
        #define _GNU_SOURCE
        #include <stdio.h>
        #include <string.h>
        int main(void) {
          for (int i = 1; i < 4096; i++)
            if (strerrorname_np(i)) printf("%s %d %s\\n", strerrorname_np(i), i, strerror(i));
        }
        """);
    StringBuilder ours = new StringBuilder();
    for (Errno errno : Errno.values()) {
      ours.append(errno.name()).append(' ').append(errno.number()).append(' ').append(errno.text()).append('\n');
    }
    String glibc = Command.output(Command.compileC(source, folder.resolve("errno")).toString());
    // glibc prefers the name that POSIX added later.
    assertEquals(glibc.replace("ENOTSUP ", "EOPNOTSUPP "), ours.toString());
  }

  @Test
  void aNumberIsDescribedByNameAndText() {
    assertEquals("ENOENT (No such file or directory)", Errno.describe(2));
    assertEquals("errno 4000", Errno.describe(4000));
  }
}
