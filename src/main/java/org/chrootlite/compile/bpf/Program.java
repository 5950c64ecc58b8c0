package org.chrootlite.compile.bpf;

import java.util.List;

/**
 * A program that the kernel accepts as a seccomp filter: this class makes the checks of {@code bpf_check_classic} and
 * {@code seccomp_check_filter} (kernel/seccomp.c), as far as they concern the instructions there are here.
 */
public record Program(List<Instruction> instructions) {

  /** {@code BPF_MAXINSNS}. */
  public static final int MOST_INSTRUCTIONS = 4096;

  /**
   * Checks the program.
   *
   * @throws IllegalArgumentException where the kernel would answer EINVAL, with the place
   */
  public Program {
    instructions = List.copyOf(instructions);
    int size = instructions.size();
    if (size == 0 || size > MOST_INSTRUCTIONS) {
      throw new IllegalArgumentException(size + " instructions, not 1 to " + MOST_INSTRUCTIONS);
    }
    if (!(instructions.getLast() instanceof Instruction.Return)) {
      throw new IllegalArgumentException("the last instruction is not a return");
    }
    for (int at = 0; at < size; at++) {
      switch (instructions.get(at)) {
        case Instruction.Jump(int distance) -> checkJump(at, distance, size, Integer.MAX_VALUE);
        case Instruction.JumpIf jump -> {
          checkJump(at, jump.ifTrue(), size, Instruction.JumpIf.FARTHEST);
          checkJump(at, jump.ifFalse(), size, Instruction.JumpIf.FARTHEST);
        }
        case Instruction.Load _, Instruction.And _, Instruction.Return _ -> {}
      }
    }
  }

  private static void checkJump(int at, int distance, int size, int farthest) {
    if (distance < 0 || distance > farthest || distance >= size - at - 1) {
      throw new IllegalArgumentException("the jump at " + at + " of " + size + " goes " + distance + " on");
    }
  }

  /** The program as an array of {@code struct sock_filter}, 8 bytes each, little-endian. */
  public byte[] bytes() {
    return Encoding.encode(instructions);
  }

  /**
   * The reverse of {@link #bytes}.
   *
   * @throws IllegalArgumentException for anything that {@link #bytes} does not write, with the place
   */
  public static Program decode(byte[] bytes) {
    return new Program(Encoding.decode(bytes));
  }

  /** One line an instruction, numbered from 0, with the targets of jumps as such numbers. */
  public String text() {
    StringBuilder text = new StringBuilder(instructions.size() * 32);
    int width = Integer.toString(instructions.size() - 1).length();
    for (int at = 0; at < instructions.size(); at++) {
      String number = Integer.toString(at);
      text.repeat(' ', width - number.length()).append(number).append("  ");
      append(text, at + 1, instructions.get(at));
      text.append('\n');
    }
    return text.toString();
  }

  private static void append(StringBuilder text, int next, Instruction instruction) {
    switch (instruction) {
      case Instruction.Load(Field field) -> text.append("load ").append(field);
      case Instruction.And(int mask) -> text.append("and ").append(hex(mask));
      case Instruction.Jump(int distance) -> text.append("go to ").append(next + distance);
      case Instruction.JumpIf(Condition condition, int constant, int ifTrue, int ifFalse) -> {
        text.append("if ").append(condition.symbol()).append(' ').append(hex(constant));
        text.append(" go to ").append(next + ifTrue);
        if (ifFalse != 0) {
          text.append(" else ").append(next + ifFalse);
        }
      }
      case Instruction.Return(Action action) -> text.append("return ").append(action);
    }
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }
}
