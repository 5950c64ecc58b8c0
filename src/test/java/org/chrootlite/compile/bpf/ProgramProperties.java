package org.chrootlite.compile.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ProgramProperties {

  @Provide
  Arbitrary<Program> programs() {
    return Programs.programs();
  }

  @Provide
  Arbitrary<Action> actions() {
    return Programs.actions();
  }

  @Property
  void whatIsEncodedIsDecodedTheSame(@ForAll("programs") Program program) {
    byte[] bytes = program.bytes();
    assertEquals(8 * program.instructions().size(), bytes.length);
    assertEquals(program, Program.decode(bytes));
  }

  @Property
  void whatIsDecodedIsEncodedTheSameOrRefused(@ForAll("programs") Program program, @ForAll int place, @ForAll byte b) {
    byte[] bytes = program.bytes();
    bytes[Math.floorMod(place, bytes.length)] = b;
    Program decoded;
    try {
      decoded = Program.decode(bytes);
    } catch (IllegalArgumentException refused) {
      return;
    }
    assertArrayEquals(bytes, decoded.bytes());
  }

  @Property
  void theTextHasALineForEachInstruction(@ForAll("programs") Program program) {
    assertEquals(program.instructions().size(), program.text().lines().count());
  }

  @Property
  void anActionIsDecodedTheSame(@ForAll("actions") Action action) {
    assertEquals(action, Action.decode(action.encode()));
  }
}
