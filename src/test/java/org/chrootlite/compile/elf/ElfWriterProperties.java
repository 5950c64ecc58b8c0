package org.chrootlite.compile.elf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.chrootlite.compile.machine.Image;
import org.chrootlite.compile.machine.LoadedFile;
import org.chrootlite.compile.machine.LoadedFile.Segment;
import org.chrootlite.linux.Architecture;

class ElfWriterProperties {
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int EXECUTE = 1;

  @Property
  void whateverTheSizesSegmentsHoldWhatTheyAreGivenAndNoneIsWritableAndExecutable(
      @ForAll Architecture architecture,
      @ForAll @IntRange(min = 1, max = 5000) int codeSize,
      @ForAll @IntRange(max = 300_000) int dataSize,
      @ForAll @IntRange(min = 8, max = 1_000_000) int writableSize) {
    byte[] code = new byte[codeSize];
    byte[] data = new byte[dataSize];
    Arrays.fill(code, (byte) 0xc0);
    Arrays.fill(data, (byte) 0xda);
    ElfWriter.Addresses addresses = new ElfWriter.Addresses(Image.CODE, Image.DATA, Image.WRITABLE);
    byte[] bytes = ElfWriter.write(architecture, addresses, code, data, writableSize);
    LoadedFile file = new LoadedFile(bytes);

    assertEquals(3, file.segments().size());
    for (Segment segment : file.segments()) {
      assertTrue((segment.flags() & (WRITE | EXECUTE)) != (WRITE | EXECUTE));
      assertEquals(0, (segment.address() - segment.offset()) % segment.alignment(), "mmap takes whole pages only");
      assertTrue(segment.size() >= segment.fileSize());
      assertTrue(segment.offset() + segment.fileSize() <= bytes.length);
    }
    Segment executable = file.segment(READ | EXECUTE);
    Segment readable = file.segment(READ);
    Segment writable = file.segment(READ | WRITE);
    assertEquals(executable.address() + ElfWriter.HEADERS_SIZE, file.entry());
    assertEquals(ElfWriter.HEADERS_SIZE + codeSize, executable.fileSize(), "nothing but headers and code");
    assertArrayEquals(code, Arrays.copyOfRange(bytes, ElfWriter.HEADERS_SIZE, (int) executable.fileSize()));
    assertArrayEquals(data, Arrays.copyOfRange(bytes, (int) executable.fileSize(), bytes.length));
    assertEquals(bytes.length, readable.fileSize());
    assertEquals(0, writable.fileSize());
    assertEquals(writableSize, writable.size());
    assertTrue(executable.address() + executable.size() <= readable.address());
    assertTrue(readable.address() + readable.size() <= writable.address(), "memory without content comes last");
  }
}
