package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramSizeTest {
  private static final int HEADER = 64;
  private static final int SEGMENT = 56;
  private static final int PT_LOAD = 1;
  private static final int PT_NOTE = 4;

  @TempDir Path tree;

  /** A program with segments of these types and sizes in memory. */
  private static byte[] program(long... typesAndSizes) {
    int count = typesAndSizes.length / 2;
    ByteBuffer file = ByteBuffer.allocate(HEADER + count * SEGMENT).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, 0x464C457F).put(4, (byte) 2).put(5, (byte) 1).putLong(32, HEADER);
    file.putShort(54, (short) SEGMENT).putShort(56, (short) count);
    for (int i = 0; i < count; i++) {
      int at = HEADER + i * SEGMENT;
      file.putInt(at, (int) typesAndSizes[2 * i]).putLong(at + 32, 1).putLong(at + 40, typesAndSizes[2 * i + 1]);
    }
    return file.array();
  }

  private static Optional<ProgramSize> size(long bytes, long largest) {
    return Optional.of(new ProgramSize(bytes, largest));
  }

  @Test
  void segmentsThatAreLoadedAreAddedUp() throws IOException {
    assertEquals(size(10_000_004_000L, 10_000_000_000L),
        ProgramSize.of(program(PT_LOAD, 4000, PT_NOTE, 77, PT_LOAD, 10_000_000_000L)));
    assertEquals(size(0, 0), ProgramSize.of(program()));
  }

  @Test
  void sizesThatNoMachineHasDoNotOverflow() throws IOException {
    Optional<ProgramSize> all = size(Long.MAX_VALUE, Long.MAX_VALUE);
    assertEquals(all, ProgramSize.of(program(PT_LOAD, -1, PT_LOAD, -4096)));
    assertEquals(all, ProgramSize.of(program(PT_LOAD, 4096, PT_LOAD, Long.MAX_VALUE)));
  }

  @Test
  void whatTheKernelWouldNotLoadHasNoSize() throws IOException {
    byte[] whole = program(PT_LOAD, 4000);
    assertEquals(Optional.empty(), ProgramSize.of(Arrays.copyOf(whole, whole.length - 1)));
    assertEquals(Optional.empty(), ProgramSize.of("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)));
    assertEquals(Optional.empty(), ProgramSize.of(new byte[0]));
    ByteBuffer far = ByteBuffer.wrap(program(PT_LOAD, 4000)).order(ByteOrder.LITTLE_ENDIAN).putLong(32, -64);
    assertEquals(Optional.empty(), ProgramSize.of(far.array()));
    assertEquals(Optional.empty(), ProgramSize.of(tree, "/no/such/program"));
    assertEquals(Optional.empty(), ProgramSize.of(tree, "/"));
  }

  @Test
  void linksOfATreeStayInIt() throws IOException {
    Files.createDirectories(tree.resolve("usr/bin"));
    Files.write(tree.resolve("usr/bin/big"), program(PT_LOAD, 5));
    Files.createSymbolicLink(tree.resolve("bin"), Path.of("/usr/bin"));
    Files.createSymbolicLink(tree.resolve("out"), Path.of("../../../../../../bin/sh"));
    assertEquals(size(5, 5), ProgramSize.of(tree, "/bin/big"));
    assertEquals(Optional.empty(), ProgramSize.of(tree, "/out"));
  }

  @Test
  void aFifoIsNotWaitedFor() throws Exception {
    assertEquals("", Command.run("mkfifo", tree.resolve("fifo").toString()));
    assertEquals(Optional.empty(), ProgramSize.of(tree, "/fifo"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/sh", "/usr/bin/python3"})
  void readelfSaysTheSame(String name) throws Exception {
    Path file = Path.of(name).toRealPath();
    String headers = Command.run("readelf", "-lW", file.toString());
    Matcher load = Pattern.compile("LOAD(?: +0x\\S+){4} 0x(\\S+)").matcher(headers);
    ProgramSize expected = ProgramSize.NONE;
    while (load.find()) {
      expected = expected.plus(Long.parseLong(load.group(1), 16));
    }
    assertEquals(Optional.of(expected), ProgramSize.of(Path.of("/"), file.toString()));
  }
}
