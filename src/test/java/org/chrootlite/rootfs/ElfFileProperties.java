package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ElfFileProperties {
  private static final byte[] SOUND =
      new ElfBuilder().interpreter("/lib64/ld.so").needs("liba.so.1", "libb.so.2").runpath("$ORIGIN/../lib").build();

  @Property(tries = 2000)
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    readOrRefuse(bytes);
  }

  @Property(tries = 2000)
  void anythingAfterAGoodBeginningIsReadOrRefused(@ForAll @Size(max = 600) byte[] bytes) {
    byte[] file = Arrays.copyOf(SOUND, 64 + bytes.length);
    System.arraycopy(bytes, 0, file, 64, bytes.length);
    readOrRefuse(file);
  }

  @Property(tries = 5000)
  void anyNumberAnywhereInASoundFileIsReadOrRefused(
      @ForAll @IntRange(min = 6, max = 400) int at, @ForAll long number) {
    ByteBuffer file = ByteBuffer.wrap(SOUND.clone()).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(Math.min(at, SOUND.length - 8), number);
    readOrRefuse(file.array());
  }

  @Property
  void aSoundFileCutAnywhereIsReadOrRefused(@ForAll @IntRange(min = 0, max = 500) int length) {
    readOrRefuse(Arrays.copyOf(SOUND, Math.min(length, SOUND.length)));
  }

  /** Any other throwable than these fails the property, as does a read that never ends. */
  private static void readOrRefuse(byte[] bytes) {
    try {
      ElfFile.read(bytes).ifPresent(elf -> elf.needed().forEach(name -> assertShort(name)));
    } catch (MalformedElfException e) {
      assertShort(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new AssertionError("reading memory does not fail", e);
    }
  }

  private static void assertShort(String text) {
    if (text.length() > 4096) {
      throw new AssertionError("a name of " + text.length() + " bytes");
    }
  }
}
