package org.chrootlite.compile.machine;

/**
 * Encodes the few x86-64 instructions that the interpreter is made of. Encodings from the Intel 64 manual, volume 2;
 * Intel's operand order: the destination comes first.
 */
final class X86Assembler {
  /** The registers, numbered as in an encoding. */
  enum Register {
    RAX(0),
    RCX(1),
    RDX(2),
    RBX(3),
    RSP(4),
    RBP(5),
    RSI(6),
    RDI(7),
    R8(8),
    R9(9),
    R10(10);

    private final int number;

    Register(int number) {
      this.number = number;
    }

    private int low() {
      return number & 7;
    }

    private int high() {
      return number >> 3;
    }
  }

  /** Condition codes: the low four bits of a jump's opcode. */
  enum Condition {
    ABOVE_OR_EQUAL(3),
    EQUAL(4),
    SIGN(8);

    private final int code;

    Condition(int code) {
      this.code = code;
    }
  }

  private static final int WIDE = 0x48;

  private final CodeBuffer code = new CodeBuffer();

  byte[] finish() {
    return code.finish();
  }

  void label(String name) {
    code.label(name);
  }

  /** {@code mov to, [base + displacement]}, 64 bits. */
  void load64(Register to, Register base, int displacement) {
    memory(WIDE, 0x8b, to, base, displacement);
  }

  /** {@code mov to32, [base + displacement]}: 32 bits, the upper half becomes 0. */
  void load32(Register to, Register base, int displacement) {
    memory(0x40, 0x8b, to, base, displacement);
  }

  /** {@code movsxd to, dword [base + displacement]}: 32 bits, the sign is extended. */
  void loadSigned32(Register to, Register base, int displacement) {
    memory(WIDE, 0x63, to, base, displacement);
  }

  /** {@code mov [base], from}, 64 bits. */
  void store64(Register base, Register from) {
    memory(WIDE, 0x89, from, base, 0);
  }

  /** {@code mov [address], from}, 64 bits, at an absolute address below 2 GiB. */
  void store64At(int address, Register from) {
    code.emit(WIDE | from.high() << 2, 0x89, 0x04 | from.low() << 3, 0x25);
    code.emitWord(address);
  }

  /** {@code mov to32, value}: the upper half becomes 0. */
  void move32(Register to, int value) {
    code.emit(0xb8 | to.low());
    code.emitWord(value);
  }

  /** {@code mov to, from}, 64 bits. */
  void move64(Register to, Register from) {
    code.emit(WIDE, 0x89, 0xc0 | from.low() << 3 | to.low());
  }

  /** {@code lea to, [base + displacement]}. */
  void loadAddress(Register to, Register base, int displacement) {
    memory(WIDE, 0x8d, to, base, displacement);
  }

  /** {@code add to, value} with an 8-bit value. */
  void add(Register to, int value) {
    code.emit(WIDE, 0x83, 0xc0 | to.low(), value & 0xff);
  }

  /** {@code and to, from}, 64 bits. */
  void and(Register to, Register from) {
    code.emit(WIDE, 0x21, 0xc0 | from.low() << 3 | to.low());
  }

  /** {@code shr to, cl}, 64 bits. */
  void shiftRightByCl(Register to) {
    code.emit(WIDE, 0xd3, 0xe8 | to.low());
  }

  /** {@code test a, a}, 64 bits. */
  void test64(Register a) {
    code.emit(WIDE, 0x85, 0xc0 | a.low() << 3 | a.low());
  }

  /** {@code test a32, a32}. */
  void test32(Register a) {
    code.emit(0x85, 0xc0 | a.low() << 3 | a.low());
  }

  /** {@code cmp a, b}, 64 bits. */
  void compare(Register a, Register b) {
    code.emit(WIDE, 0x39, 0xc0 | b.low() << 3 | a.low());
  }

  /** {@code cmp rax, value}, 64 bits, with a sign-extended 32-bit value. */
  void compareRax(int value) {
    code.emit(WIDE, 0x3d);
    code.emitWord(value);
  }

  /** {@code push from}. */
  void push(Register from) {
    code.emit(0x50 | from.low());
  }

  void syscall() {
    code.emit(0x0f, 0x05);
  }

  /** Raises SIGILL. */
  void undefined() {
    code.emit(0x0f, 0x0b);
  }

  void jump(String label) {
    code.emit(0xe9);
    displacement(label);
  }

  void jumpIf(Condition condition, String label) {
    code.emit(0x0f, 0x80 | condition.code);
    displacement(label);
  }

  private void displacement(String label) {
    int at = code.position();
    code.emitWord(0);
    code.fixLater(label, (bytes, target) -> CodeBuffer.setWord(bytes, at, target - (at + 4)));
  }

  /** An instruction with a register and an 8-bit displaced memory operand. */
  private void memory(int rex, int opcode, Register register, Register base, int displacement) {
    int prefix = rex | register.high() << 2 | base.high();
    if (prefix != 0x40) {
      code.emit(prefix);
    }
    code.emit(opcode, 0x40 | register.low() << 3 | base.low());
    if (base.low() == Register.RSP.low()) {
      code.emit(0x24); // a base of rsp is written with a SIB byte
    }
    code.emit(displacement & 0xff);
  }
}
