package org.chrootlite.compile.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.chrootlite.linux.Architecture;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The interpreter's code as a whole: what an auditor of launchers has to read besides a program. */
class InterpreterTest {
  private static final Interpreter.Addresses ADDRESSES =
      new Interpreter.Addresses(0x601000, 0x60000000, 0x60000010, 0x600200);

  @ParameterizedTest
  @EnumSource
  void isWhatObjdumpReads(Architecture architecture) {
    byte[] code = Interpreter.code(architecture, ADDRESSES);
    List<String> instructions = Disassembly.of(architecture, code);
    String head = instructions.size() + " instructions, " + code.length + " bytes\n";
    Golden.assertMatches(
        "interpreter/" + architecture.kernelName() + ".txt", head + String.join("\n", instructions) + "\n");
  }

  @ParameterizedTest
  @EnumSource
  void hasTheSameSizeWhateverTheAddresses(Architecture architecture) {
    int size = Interpreter.code(architecture, ADDRESSES).length;
    Interpreter.Addresses others = new Interpreter.Addresses(0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE);
    assertEquals(size, Interpreter.code(architecture, others).length);
  }
}
