package org.chrootlite.compile.bpf;

/** How a conditional jump compares the accumulator with its constant; both are unsigned 32-bit numbers. */
public enum Condition {
  EQUAL("==", 0x10),
  GREATER(">", 0x20),
  GREATER_OR_EQUAL(">=", 0x30),
  /** True where at least one bit is set in both. */
  ANY_BIT_OF("&", 0x40);

  private final String symbol;
  private final int operation;

  Condition(String symbol, int operation) {
    this.symbol = symbol;
    this.operation = operation;
  }

  String symbol() {
    return symbol;
  }

  /** {@code BPF_JEQ}, {@code BPF_JGT}, {@code BPF_JGE}, {@code BPF_JSET} of {@code linux/bpf_common.h}. */
  int operation() {
    return operation;
  }

  boolean holds(int accumulator, int constant) {
    return switch (this) {
      case EQUAL -> accumulator == constant;
      case GREATER -> Integer.compareUnsigned(accumulator, constant) > 0;
      case GREATER_OR_EQUAL -> Integer.compareUnsigned(accumulator, constant) >= 0;
      case ANY_BIT_OF -> (accumulator & constant) != 0;
    };
  }
}
