package org.chrootlite.compile.bpf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a program with symbolic jumps. A conditional jump reaches 255 instructions only; where a label is farther, an
 * unconditional jump is put right after it as a stepping stone, so that callers never count instructions.
 */
public final class Assembler {

  private sealed interface Statement {}

  private record Plain(Instruction instruction) implements Statement {}

  private record Goto(Label target) implements Statement {}

  private record Branch(Condition condition, int constant, Label ifTrue, Label ifFalse) implements Statement {}

  private final List<Statement> statements = new ArrayList<>();

  /** A new label; the name is for error messages. */
  public Label label(String name) {
    return new Label(name);
  }

  /**
   * Gives a label the place of the instruction that is written next.
   *
   * @throws IllegalStateException where it has a place already
   */
  public void bind(Label label) {
    label.bind(statements.size());
  }

  /** Loads a word into the accumulator. */
  public void load(Field field) {
    statements.add(new Plain(new Instruction.Load(field)));
  }

  /** Clears the accumulator's bits that are not in {@code mask}. */
  public void and(int mask) {
    statements.add(new Plain(new Instruction.And(mask)));
  }

  /** Goes to a label. */
  public void jump(Label target) {
    statements.add(new Goto(target));
  }

  /** Goes to one of two labels; both may be right behind. */
  public void jumpIf(Condition condition, int constant, Label ifTrue, Label ifFalse) {
    statements.add(new Branch(condition, constant, ifTrue, ifFalse));
  }

  /** Ends the filter with an action. */
  public void ret(Action action) {
    statements.add(new Plain(new Instruction.Return(action)));
  }

  /**
   * The program.
   *
   * @throws IllegalStateException for a label that is not bound, or bound before a jump to it
   * @throws IllegalArgumentException for a program that the kernel would refuse
   */
  public Program assemble() {
    boolean[] stoneIfTrue = new boolean[statements.size()];
    boolean[] stoneIfFalse = new boolean[statements.size()];
    int[] starts = starts(stoneIfTrue, stoneIfFalse);
    // A stone moves what follows it, which may put other labels out of reach; it never brings one nearer.
    while (addStones(starts, stoneIfTrue, stoneIfFalse)) {
      starts = starts(stoneIfTrue, stoneIfFalse);
    }
    return new Program(emit(starts, stoneIfTrue, stoneIfFalse));
  }

  /** Where each statement begins; the last entry is the end of the program. */
  private int[] starts(boolean[] stoneIfTrue, boolean[] stoneIfFalse) {
    int[] starts = new int[statements.size() + 1];
    for (int i = 0; i < statements.size(); i++) {
      starts[i + 1] = starts[i] + 1 + (stoneIfTrue[i] ? 1 : 0) + (stoneIfFalse[i] ? 1 : 0);
    }
    return starts;
  }

  private boolean addStones(int[] starts, boolean[] stoneIfTrue, boolean[] stoneIfFalse) {
    boolean added = false;
    for (int i = 0; i < statements.size(); i++) {
      if (statements.get(i) instanceof Branch branch) {
        if (!stoneIfTrue[i] && distance(starts, i, 0, branch.ifTrue) > Instruction.JumpIf.FARTHEST) {
          stoneIfTrue[i] = true;
          added = true;
        }
        if (!stoneIfFalse[i] && distance(starts, i, 0, branch.ifFalse) > Instruction.JumpIf.FARTHEST) {
          stoneIfFalse[i] = true;
          added = true;
        }
      }
    }
    return added;
  }

  private List<Instruction> emit(int[] starts, boolean[] stoneIfTrue, boolean[] stoneIfFalse) {
    Instruction[] program = new Instruction[starts[statements.size()]];
    for (int i = 0; i < statements.size(); i++) {
      int at = starts[i];
      switch (statements.get(i)) {
        case Plain(Instruction instruction) -> program[at] = instruction;
        case Goto(Label target) -> program[at] = new Instruction.Jump(distance(starts, i, 0, target));
        case Branch(Condition condition, int constant, Label ifTrue, Label ifFalse) -> {
          int stones = 0;
          int jumpIfTrue = distance(starts, i, 0, ifTrue);
          if (stoneIfTrue[i]) {
            jumpIfTrue = stones++;
            program[at + stones] = new Instruction.Jump(distance(starts, i, stones, ifTrue));
          }
          int jumpIfFalse = distance(starts, i, 0, ifFalse);
          if (stoneIfFalse[i]) {
            jumpIfFalse = stones++;
            program[at + stones] = new Instruction.Jump(distance(starts, i, stones, ifFalse));
          }
          program[at] = new Instruction.JumpIf(condition, constant, jumpIfTrue, jumpIfFalse);
        }
      }
    }
    return Arrays.asList(program);
  }

  /** From behind the instruction {@code offset} of a statement to a label. */
  private static int distance(int[] starts, int statement, int offset, Label target) {
    if (target.statement() == Label.UNBOUND) {
      throw new IllegalStateException("label " + target + " is not bound");
    }
    if (target.statement() <= statement) {
      throw new IllegalStateException("label " + target + " is behind a jump to it");
    }
    return starts[target.statement()] - starts[statement] - offset - 1;
  }
}
