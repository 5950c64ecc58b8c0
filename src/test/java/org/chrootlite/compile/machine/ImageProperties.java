package org.chrootlite.compile.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chrootlite.linux.Architecture;

/** What a launcher's bytes hold is the program that it was made from, read back word by word. */
class ImageProperties {
  @Property(tries = 150)
  void theBytesHoldTheProgram(@ForAll("programs") Program program, @ForAll Architecture architecture) {
    byte[] executable = Image.executable(program, architecture);
    EncodedProgram.assertHolds(program, architecture, new LoadedFile(executable));
    assertArrayEquals(executable, Image.executable(program, architecture), "the same program gives the same bytes");
  }

  @Property(tries = 50)
  void everyOperationIsNamedByItsAddress(@ForAll("programs") Program program, @ForAll Architecture architecture) {
    LoadedFile file = new LoadedFile(Image.executable(program, architecture));
    long table = EncodedProgram.table(file);
    for (int i = 0; i < program.operations().size(); i++) {
      long address = table + (long) EncodedProgram.OPERATION_SIZE * i;
      assertEquals(i, Image.operationAt(address, architecture));
      assertEquals(-1, Image.operationAt(address + 8, architecture));
    }
    assertEquals(-1, Image.operationAt(table - EncodedProgram.OPERATION_SIZE, architecture));
  }

  @Provide
  Arbitrary<Program> programs() {
    return Programs.programs();
  }
}
