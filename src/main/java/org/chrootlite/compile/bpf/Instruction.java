package org.chrootlite.compile.bpf;

/** One instruction. Jumps are relative to the instruction after them and only go forward. */
public sealed interface Instruction {

  /** Puts a word of the call's description into the accumulator. */
  record Load(Field field) implements Instruction {}

  /** Clears the accumulator's bits that are not in {@code mask}. */
  record And(int mask) implements Instruction {}

  /** Skips {@code distance} instructions, 0 or more. */
  record Jump(int distance) implements Instruction {}

  /** Skips {@code ifTrue} or {@code ifFalse} instructions, 0 to 255. */
  record JumpIf(Condition condition, int constant, int ifTrue, int ifFalse) implements Instruction {
    /** The farthest that a conditional jump reaches. */
    static final int FARTHEST = 255;
  }

  /** Ends the filter. */
  record Return(Action action) implements Instruction {}
}
