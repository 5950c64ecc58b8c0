package org.chrootlite.compile.machine;

/**
 * Encodes the few aarch64 instructions that the interpreter is made of. Encodings from the Arm Architecture Reference
 * Manual, C6; registers are numbers, 31 is the zero register or, as a base, the stack pointer.
 */
final class Arm64Assembler {
  /** The stack pointer where an address is meant. */
  static final int SP = 31;

  /** Condition codes. */
  enum Condition {
    EQUAL(0),
    HIGHER_OR_SAME(2);

    private final int code;

    Condition(int code) {
      this.code = code;
    }
  }

  private final CodeBuffer code = new CodeBuffer();

  byte[] finish() {
    return code.finish();
  }

  void label(String name) {
    code.label(name);
  }

  /** {@code ldr xT, [xN, #offset]}: offset 0 to 32760, a multiple of 8. */
  void load64(int to, int base, int offset) {
    code.emitWord(0xf9400000 | (offset / 8) << 10 | base << 5 | to);
  }

  /** {@code ldr wT, [xN, #offset]}: offset 0 to 16380, a multiple of 4; the upper half becomes 0. */
  void load32(int to, int base, int offset) {
    code.emitWord(0xb9400000 | (offset / 4) << 10 | base << 5 | to);
  }

  /** {@code ldrsw xT, [xN, #offset]}: 32 bits, the sign is extended. */
  void loadSigned32(int to, int base, int offset) {
    code.emitWord(0xb9800000 | (offset / 4) << 10 | base << 5 | to);
  }

  /** {@code ldr xT, [xN], #8}: loads, then moves the base on by 8. */
  void load64ThenAdvance(int to, int base) {
    code.emitWord(0xf8400400 | 8 << 12 | base << 5 | to);
  }

  /** {@code str xT, [xN, #offset]}: offset 0 to 32760, a multiple of 8. */
  void store64(int from, int base, int offset) {
    code.emitWord(0xf9000000 | (offset / 8) << 10 | base << 5 | from);
  }

  /** {@code str xT, [xN, #-8]!}: moves the base back by 8, then stores. */
  void retreatThenStore64(int from, int base) {
    code.emitWord(0xf8000c00 | (-8 & 0x1ff) << 12 | base << 5 | from);
  }

  /** {@code add xD, xN, #value}: 0 to 4095; registers may be the stack pointer. */
  void add(int to, int from, int value) {
    code.emitWord(0x91000000 | value << 10 | from << 5 | to);
  }

  /** {@code movz wD, #low; movk wD, #high, lsl 16}: a 32-bit number. */
  void move32(int to, int value) {
    code.emitWord(0x52800000 | (value & 0xffff) << 5 | to);
    code.emitWord(0x72a00000 | (value >>> 16) << 5 | to);
  }

  /** {@code and xD, xN, xM}. */
  void and(int to, int a, int b) {
    code.emitWord(0x8a000000 | b << 16 | a << 5 | to);
  }

  /** {@code lsr xD, xN, xM}. */
  void shiftRight(int to, int a, int by) {
    code.emitWord(0x9ac02400 | by << 16 | a << 5 | to);
  }

  /** {@code cmp xN, xM}. */
  void compare(int a, int b) {
    code.emitWord(0xeb00001f | b << 16 | a << 5);
  }

  /** {@code cmn xN, #value}: compares with -value; 0 to 4095. */
  void compareNegative(int a, int value) {
    code.emitWord(0xb100001f | value << 10 | a << 5);
  }

  /** {@code svc #0}. */
  void supervisorCall() {
    code.emitWord(0xd4000001);
  }

  /** {@code udf #0}: raises SIGILL. */
  void undefined() {
    code.emitWord(0);
  }

  void jump(String label) {
    branch(0x14000000, 26, 0, label);
  }

  void jumpIf(Condition condition, String label) {
    branch(0x54000000 | condition.code, 19, 5, label);
  }

  /** {@code cbz xT, label}: jumps when all 64 bits are 0. */
  void jumpIfZero(int register, String label) {
    branch(0xb4000000 | register, 19, 5, label);
  }

  /** {@code tbnz wT, #31, label}: jumps when bit 31 is 1. */
  void jumpIfBit31(int register, String label) {
    branch(0x37f80000 | register, 14, 5, label);
  }

  private void branch(int instruction, int bits, int shift, String label) {
    int at = code.position();
    code.emitWord(instruction);
    code.fixLater(
        label,
        (bytes, target) -> {
          int distance = (target - at) / 4;
          CodeBuffer.setWord(bytes, at, instruction | (distance & (1 << bits) - 1) << shift);
        });
  }
}
