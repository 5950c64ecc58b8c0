package org.chrootlite.compile.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.chrootlite.linux.Errno;
import org.junit.jupiter.api.Test;

class SimulatorTest {

  private static final SeccompData CALL = new SeccompData(7, 0xC000003E, 0x1111_2222_3333_4444L,
      List.of(0x5555_6666_7777_8888L, 1L, 2L, 3L, 4L, -1L << 32));

  private static final Action YES = new Action.Allow();
  private static final Action NO = new Action.Fail(Errno.EPERM);

  /** What "if the word is so" says about {@link #CALL}. */
  private static Action ask(Field field, Condition condition, int constant) {
    return Simulator.run(
        new Program(List.of(
            new Instruction.Load(field),
            new Instruction.JumpIf(condition, constant, 0, 1),
            new Instruction.Return(YES),
            new Instruction.Return(NO))),
        CALL);
  }

  @Test
  void eachWordIsWhereTheKernelPutsIt() {
    assertEquals(YES, ask(Field.NUMBER, Condition.EQUAL, 7));
    assertEquals(YES, ask(Field.ARCHITECTURE, Condition.EQUAL, 0xC000003E));
    assertEquals(YES, ask(new Field(8), Condition.EQUAL, 0x3333_4444));
    assertEquals(YES, ask(new Field(12), Condition.EQUAL, 0x1111_2222));
    assertEquals(YES, ask(Field.low(0), Condition.EQUAL, 0x7777_8888));
    assertEquals(YES, ask(Field.high(0), Condition.EQUAL, 0x5555_6666));
    assertEquals(YES, ask(Field.low(4), Condition.EQUAL, 4));
    assertEquals(YES, ask(Field.low(5), Condition.EQUAL, 0));
    assertEquals(YES, ask(Field.high(5), Condition.EQUAL, ~0));
  }

  @Test
  void comparisonsAreUnsigned() {
    assertEquals(YES, ask(Field.high(5), Condition.GREATER, 1));
    assertEquals(YES, ask(Field.high(5), Condition.GREATER_OR_EQUAL, ~0));
    assertEquals(NO, ask(Field.high(5), Condition.GREATER, ~0));
    assertEquals(NO, ask(Field.NUMBER, Condition.GREATER_OR_EQUAL, 8));
    assertEquals(NO, ask(Field.NUMBER, Condition.GREATER, 0x80000000));
  }

  @Test
  void oneCommonBitIsEnough() {
    assertEquals(YES, ask(Field.NUMBER, Condition.ANY_BIT_OF, 0xc));
    assertEquals(NO, ask(Field.NUMBER, Condition.ANY_BIT_OF, 0x8));
  }

  @Test
  void aMaskClearsAndAJumpSkips() {
    Program program = new Program(List.of(
        new Instruction.Load(Field.NUMBER),
        new Instruction.And(6),
        new Instruction.Jump(1),
        new Instruction.Return(NO),
        new Instruction.JumpIf(Condition.EQUAL, 6, 1, 0),
        new Instruction.Return(NO),
        new Instruction.Return(YES)));
    assertEquals(YES, Simulator.run(program, CALL));
  }
}
