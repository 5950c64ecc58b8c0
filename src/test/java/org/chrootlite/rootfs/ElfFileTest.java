package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfFileTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"/bin/sh", "/usr/bin/env", "/usr/bin/tar", "/usr/bin/ps", "/usr/bin/python3", "JAVA"})
  void readelfSaysTheSame(String name) throws Exception {
    Path file = Path.of(name.equals("JAVA") ? System.getProperty("java.home") + "/bin/java" : name).toRealPath();
    ElfFile elf = ElfFile.read(file).orElseThrow();
    String dynamic = Command.run("readelf", "-dW", file.toString());
    assertEquals(all("Shared library: \\[(.*)]", dynamic), elf.needed());
    assertEquals(all("Library rpath: \\[(.*)]", dynamic), elf.rpath());
    assertEquals(all("Library runpath: \\[(.*)]", dynamic), elf.runpath());
    String headers = Command.run("readelf", "-lhW", file.toString());
    assertEquals(all("program interpreter: (.*)]", headers), elf.interpreter().stream().toList());
    assertEquals(headers.contains("AArch64") ? 183 : 62, elf.machine());
  }

  @Test
  void whatIsBuiltIsRead() throws IOException {
    byte[] bytes =
        new ElfBuilder().machine(183).interpreter("/lib/ld.so").needs("a.so", "b.so").rpath("/x:/y").runpath("$ORIGIN")
            .build();
    assertEquals(
        new ElfFile(
            183, Optional.of("/lib/ld.so"), List.of("a.so", "b.so"), List.of("/x", "/y"), List.of("$ORIGIN")),
        ElfFile.read(bytes).orElseThrow());
  }

  @Test
  void aStaticExecutableNeedsNothing() throws IOException {
    byte[] header = Arrays.copyOf(new ElfBuilder().build(), 64);
    header[56] = 0;
    ElfFile nothing = new ElfFile(62, Optional.empty(), List.of(), List.of(), List.of());
    assertEquals(nothing, ElfFile.read(header).orElseThrow());
  }

  @Test
  void otherFilesAreNoElf() throws IOException {
    assertTrue(ElfFile.read(new byte[0]).isEmpty());
    assertTrue(ElfFile.read("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)).isEmpty());
    byte[] elf = new ElfBuilder().build();
    elf[4] = 1;
    assertTrue(ElfFile.read(elf).isEmpty());
    assertTrue(ElfFile.read(Files.createFile(directory.resolve("empty"))).isEmpty());
  }

  @Test
  void aTableBeyondTheEndOfTheFileIsMalformed() throws IOException {
    byte[] bytes = new ElfBuilder().needs("libc.so.6").build();
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 20);
    assertThrows(MalformedElfException.class, () -> ElfFile.read(cut));
    Path file = Files.write(directory.resolve("cut"), cut);
    MalformedElfException malformed = assertThrows(MalformedElfException.class, () -> ElfFile.read(file));
    assertEquals(file + ": a table beyond the end of the file", malformed.getMessage());
  }

  private static List<String> all(String pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.addAll(List.of(matcher.group(1).split(":", -1)));
    }
    return found;
  }
}
