package org.chrootlite.compile.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.chrootlite.linux.Errno;
import org.junit.jupiter.api.Test;

class ProgramTest {

  private static final Instruction ALLOW = new Instruction.Return(new Action.Allow());

  private static void assertRefused(String reason, Instruction... instructions) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> new Program(List.of(instructions)));
    assertEquals(reason, refusal.getMessage());
  }

  @Test
  void eachInstructionIsEightBytesAsInLinuxFilterH() {
    Program program = new Program(List.of(
        new Instruction.Load(Field.high(1)),
        new Instruction.And(0xf000),
        new Instruction.JumpIf(Condition.EQUAL, 0x1234, 2, 1),
        new Instruction.JumpIf(Condition.GREATER, 1, 0, 0),
        new Instruction.JumpIf(Condition.GREATER_OR_EQUAL, 1, 0, 0),
        new Instruction.JumpIf(Condition.ANY_BIT_OF, 1, 0, 0),
        new Instruction.Jump(2),
        new Instruction.Return(new Action.Fail(Errno.ENOSYS)),
        new Instruction.Return(new Action.KillProcess()),
        ALLOW));
    assertEquals(
        """
        200000001c000000
        5400000000f00000
        1500020134120000
        2500000001000000
        3500000001000000
        4500000001000000
        0500000002000000
        0600000026000500
        0600000000000080
        060000000000ff7f
        """,
        HexFormat.of().formatHex(program.bytes()).replaceAll(".{16}", "$0\n"));
  }

  @Test
  void theTextShowsWhereJumpsGo() {
    Program program = new Program(List.of(
        new Instruction.Load(Field.NUMBER),
        new Instruction.JumpIf(Condition.GREATER_OR_EQUAL, 0x40000000, 2, 0),
        new Instruction.JumpIf(Condition.ANY_BIT_OF, 6, 0, 1),
        new Instruction.Jump(1),
        ALLOW,
        new Instruction.Return(new Action.Fail(Errno.EPERM))));
    assertEquals(
        """
        0  load number
        1  if >= 0x40000000 go to 4
        2  if & 0x6 go to 3 else 4
        3  go to 5
        4  return allow
        5  return EPERM
        """,
        program.text());
  }

  @Test
  void aProgramThatDoesNotEndInAReturnIsRefused() {
    assertRefused("the last instruction is not a return", ALLOW, new Instruction.And(1));
  }

  @Test
  void aProgramWithoutInstructionsIsRefused() {
    assertRefused("0 instructions, not 1 to 4096");
  }

  @Test
  void aJumpPastTheEndIsRefused() {
    assertRefused("the jump at 0 of 2 goes 1 on", new Instruction.Jump(1), ALLOW);
    assertRefused("the jump at 0 of 2 goes 1 on", new Instruction.JumpIf(Condition.EQUAL, 0, 1, 0), ALLOW);
    assertRefused("the jump at 0 of 2 goes 1 on", new Instruction.JumpIf(Condition.EQUAL, 0, 0, 1), ALLOW);
  }

  @Test
  void aJumpBackIsRefused() {
    assertRefused("the jump at 1 of 3 goes -1 on", ALLOW, new Instruction.Jump(-1), ALLOW);
  }

  @Test
  void theKernelsLimitOfInstructionsHolds() {
    assertEquals(4096, new Program(Collections.nCopies(4096, ALLOW)).instructions().size());
    assertThrows(IllegalArgumentException.class, () -> new Program(Collections.nCopies(4097, ALLOW)));
  }

  @Test
  void aWordOutsideOfTheCallsDescriptionIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Field(64));
    assertThrows(IllegalArgumentException.class, () -> new Field(-4));
    assertThrows(IllegalArgumentException.class, () -> new Field(6));
    assertThrows(IllegalArgumentException.class, () -> Field.low(6));
  }

  @Test
  void whatOurAssemblerDoesNotWriteIsNotDecoded() {
    assertUndecoded("7 bytes are not a whole number of instructions", new byte[7]);
    assertUndecoded("instruction 0: unknown code 0x0", instruction(0, 0, 0, 0));
    assertUndecoded("instruction 0: no word of seccomp_data begins at 64", instruction(0x20, 0, 0, 64));
    assertUndecoded("instruction 0: not an action: 0x7ff00000", instruction(0x06, 0, 0, 0x7ff00000));
    assertUndecoded(
        "instruction 0: conditional distances in what is no conditional jump", instruction(0x06, 1, 0, 0x7fff0000));
  }

  private static byte[] instruction(int code, int ifTrue, int ifFalse, int constant) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) code)
        .put((byte) ifTrue)
        .put((byte) ifFalse)
        .putInt(constant)
        .array();
  }

  private static void assertUndecoded(String reason, byte[] bytes) {
    assertEquals(reason, assertThrows(IllegalArgumentException.class, () -> Program.decode(bytes)).getMessage());
  }
}
