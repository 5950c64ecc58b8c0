package org.chrootlite.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class CounterFileTest {
  @TempDir Path directory;

  private CounterFile file(String text) throws IOException {
    Files.writeString(directory.resolve("stat"), text);
    return new CounterFile(new GroupDirectory(directory), "stat");
  }

  @Test
  void aFieldIsFoundByItsWholeNameOnly() throws IOException {
    try (CounterFile file = file("total_rss 1\nrss_huge 2\nrss 3\nmax 4\n").look()) {
      assertEquals(3, file.field("rss"));
      assertEquals(1, file.field("total_rss"));
      assertEquals(4, file.field("max"));
      assertEquals(OptionalLong.empty(), file.fieldIfAny("swap"));
    }
  }

  @Test
  void itIsReadAnewAtEachLook() throws IOException {
    try (CounterFile file = file("17\n")) {
      assertEquals(17, file.look().number());
      Files.writeString(directory.resolve("stat"), "4");
      assertEquals(4, file.look().number());
    }
  }

  @Test
  void longFilesAreReadToTheirEnd() throws IOException {
    try (CounterFile file = file("filler 1\n".repeat(1_000) + "last 9223372036854775807\n").look()) {
      assertEquals(Long.MAX_VALUE, file.field("last"));
    }
  }

  @Test
  void whatIsMissingOrNoNumberIsAnErrorThatNamesTheFile() throws IOException {
    try (CounterFile file = file("max x\n").look()) {
      assertTrue(message(() -> file.field("current")).endsWith("stat has no line current"));
      assertTrue(message(() -> file.field("max")).endsWith("stat has x where a number should be"));
      assertTrue(message(file::number).endsWith("stat has max x where a number should be"));
    }
  }

  private static String message(Executable what) {
    return String.valueOf(assertThrows(IOException.class, what).getMessage());
  }
}
