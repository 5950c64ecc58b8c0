package org.chrootlite.compile.bpf;

import java.util.List;

/** Runs a program as the kernel would. */
public final class Simulator {

  private Simulator() {}

  /** What the program says about a call. It always ends: jumps go forward only, and the last instruction returns. */
  public static Action run(Program program, SeccompData data) {
    List<Instruction> instructions = program.instructions();
    int accumulator = 0;
    int next = 0;
    while (true) {
      Instruction instruction = instructions.get(next++);
      switch (instruction) {
        case Instruction.Load(Field field) -> accumulator = data.word(field);
        case Instruction.And(int mask) -> accumulator &= mask;
        case Instruction.Jump(int distance) -> next += distance;
        case Instruction.JumpIf(Condition condition, int constant, int ifTrue, int ifFalse) ->
            next += condition.holds(accumulator, constant) ? ifTrue : ifFalse;
        case Instruction.Return(Action action) -> {
          return action;
        }
      }
    }
  }
}
