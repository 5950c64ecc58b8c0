package org.chrootlite.compile.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class AssemblerTest {

  private final Assembler assembler = new Assembler();
  private final Label allow = assembler.label("allow");
  private final Label kill = assembler.label("kill");

  /** The two ends, with {@code between} instructions before the second. */
  private void ends(int between) {
    assembler.bind(allow);
    assembler.ret(new Action.Allow());
    pad(between);
    assembler.bind(kill);
    assembler.ret(new Action.KillProcess());
  }

  private void pad(int count) {
    for (int i = 0; i < count; i++) {
      assembler.and(i);
    }
  }

  private String firstLines(int count) {
    return String.join("\n", assembler.assemble().text().lines().limit(count).map(String::strip).toList());
  }

  @Test
  void aLabelIsWhereItIsBound() {
    assembler.load(Field.NUMBER);
    assembler.jumpIf(Condition.EQUAL, 1, kill, allow);
    assembler.jump(kill);
    ends(0);
    assertEquals(
        """
        0  load number
        1  if == 0x1 go to 4 else 3
        2  go to 4
        3  return allow
        4  return kill process
        """,
        assembler.assemble().text());
  }

  @Test
  void aBranchReaches255InstructionsByItself() {
    assembler.jumpIf(Condition.EQUAL, 1, kill, allow);
    ends(254);
    assertEquals("0  if == 0x1 go to 256\n1  return allow", firstLines(2));
  }

  @Test
  void aBranchReachesFartherOverASteppingStone() {
    assembler.jumpIf(Condition.EQUAL, 1, kill, allow);
    ends(255);
    assertEquals("0  if == 0x1 go to 1 else 2\n1  go to 258\n2  return allow", firstLines(3));
  }

  @Test
  void theOtherBranchReachesFartherToo() {
    assembler.jumpIf(Condition.EQUAL, 1, allow, kill);
    ends(255);
    assertEquals("0  if == 0x1 go to 2\n1  go to 258\n2  return allow", firstLines(3));
  }

  @Test
  void bothBranchesReachFartherAtOnce() {
    assembler.jumpIf(Condition.EQUAL, 1, allow, kill);
    pad(300);
    ends(0);
    assertEquals("0  if == 0x1 go to 1 else 2\n1  go to 303\n2  go to 304\n3  and 0x0", firstLines(4));
  }

  @Test
  void aSteppingStoneThatPutsAnEarlierLabelOutOfReachBringsAnother() {
    Label near = assembler.label("near");
    // 255 to its label, unless the branch after it grows.
    assembler.jumpIf(Condition.EQUAL, 1, near, allow);
    assembler.jumpIf(Condition.EQUAL, 2, kill, allow);
    pad(254);
    assembler.bind(allow);
    assembler.bind(near);
    pad(100);
    assembler.bind(kill);
    assembler.ret(new Action.KillProcess());
    assertEquals(
        """
        0  if == 0x1 go to 1 else 2
        1  go to 259
        2  go to 259
        3  if == 0x2 go to 4 else 259
        4  go to 359
        5  and 0x0""",
        firstLines(6));
  }

  @Test
  void aLabelThatIsNowhereIsAnError() {
    assembler.jump(allow);
    assembler.ret(new Action.Allow());
    var refusal = assertThrows(IllegalStateException.class, assembler::assemble);
    assertEquals("label allow is not bound", refusal.getMessage());
  }

  @Test
  void aJumpBackIsAnError() {
    assembler.bind(allow);
    assembler.jump(allow);
    assembler.ret(new Action.Allow());
    var refusal = assertThrows(IllegalStateException.class, assembler::assemble);
    assertEquals("label allow is behind a jump to it", refusal.getMessage());
  }

  @Test
  void aLabelHasOnePlace() {
    assembler.bind(allow);
    assertThrows(IllegalStateException.class, () -> assembler.bind(allow));
  }

  @Test
  void aLabelAfterTheLastInstructionIsAnError() {
    assembler.jump(allow);
    assembler.bind(allow);
    assertThrows(IllegalArgumentException.class, assembler::assemble);
  }
}
