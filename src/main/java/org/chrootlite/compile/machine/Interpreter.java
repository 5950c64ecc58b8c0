package org.chrootlite.compile.machine;

import org.chrootlite.compile.machine.X86Assembler.Condition;
import org.chrootlite.compile.machine.X86Assembler.Register;
import org.chrootlite.linux.Architecture;

/**
 * The code of the interpreter, which runs the table of operations that {@link Image} lays out.
 *
 * <p>At entry the stack holds, as execve(2) leaves it, the argument count, the arguments and a null. The count and the
 * launcher's own name are dropped and the argument prefix is pushed in their place, so that the vector for the script
 * lies ready on the stack, however many arguments there are.
 */
final class Interpreter {
  /** Offsets in an operation; see the package's description. */
  static final int OPERATION_SIZE = 48;

  static final int NUMBER = 0;
  static final int ARGUMENTS = 4;
  static final int RESULT = 28;
  static final int EXPECT = 32;
  static final int ON_ERROR = 36;
  static final int ON_EQUAL = 40;
  static final int ON_ELSE = 44;

  /** An operation with this number extracts bits. */
  static final int EXTRACT = -1;

  private Interpreter() {}

  /**
   * Where the interpreter finds what it needs.
   *
   * @param prefix pointers to the argument prefix, the last first, then 0
   * @param argv where the address of the finished vector is stored
   * @param failed two words: the operation that failed last, and its result
   * @param first the first operation
   */
  record Addresses(int prefix, int argv, int failed, int first) {}

  static byte[] code(Architecture architecture, Addresses addresses) {
    return switch (architecture) {
      case X86_64 -> x86(addresses);
      case AARCH64 -> arm64(addresses);
    };
  }

  private static byte[] x86(Addresses addresses) {
    X86Assembler x = new X86Assembler();
    Register operation = Register.RBX;

    // A launcher started without even a name would take its environment for arguments.
    x.load64(Register.RAX, Register.RSP, 0);
    x.test64(Register.RAX);
    x.jumpIf(Condition.EQUAL, "refuse");
    x.loadAddress(Register.RSP, Register.RSP, 16);
    x.move32(Register.RSI, addresses.prefix);
    x.label("push");
    x.load64(Register.RAX, Register.RSI, 0);
    x.test64(Register.RAX);
    x.jumpIf(Condition.EQUAL, "pushed");
    x.push(Register.RAX);
    x.add(Register.RSI, 8);
    x.jump("push");
    x.label("pushed");
    x.store64At(addresses.argv, Register.RSP);
    x.move32(operation, addresses.first);

    x.label("next");
    x.load32(Register.RDI, operation, ARGUMENTS);
    x.load64(Register.RDI, Register.RDI, 0);
    x.load32(Register.RAX, operation, NUMBER);
    x.test32(Register.RAX);
    x.jumpIf(Condition.SIGN, "extract");
    Register[] rest = {Register.RSI, Register.RDX, Register.R10, Register.R8, Register.R9};
    for (int i = 0; i < rest.length; i++) {
      x.load32(rest[i], operation, ARGUMENTS + 4 * (i + 1));
      x.load64(rest[i], rest[i], 0);
    }
    x.syscall();

    x.label("tail");
    x.load32(Register.RCX, operation, RESULT);
    x.store64(Register.RCX, Register.RAX);
    x.compareRax(-4095);
    x.jumpIf(Condition.ABOVE_OR_EQUAL, "error");
    x.loadSigned32(Register.RCX, operation, EXPECT);
    x.compare(Register.RAX, Register.RCX);
    x.jumpIf(Condition.EQUAL, "equal");
    x.load32(operation, operation, ON_ELSE);
    x.jump("next");
    x.label("equal");
    x.load32(operation, operation, ON_EQUAL);
    x.jump("next");
    x.label("error");
    x.store64At(addresses.failed, operation);
    x.store64At(addresses.failed + 8, Register.RAX);
    x.load32(operation, operation, ON_ERROR);
    x.jump("next");

    x.label("extract");
    x.load32(Register.RCX, operation, ARGUMENTS + 4);
    x.load32(Register.RDX, operation, ARGUMENTS + 8);
    x.move64(Register.RAX, Register.RDI);
    x.shiftRightByCl(Register.RAX);
    x.and(Register.RAX, Register.RDX);
    x.jump("tail");

    x.label("refuse");
    x.undefined();
    return x.finish();
  }

  private static byte[] arm64(Addresses addresses) {
    Arm64Assembler a = new Arm64Assembler();
    int operation = 19;
    int stack = 20;

    a.load64(0, Arm64Assembler.SP, 0);
    a.jumpIfZero(0, "refuse");
    // The stack pointer itself must stay a multiple of 16, so the vector grows below it by a register of its own.
    a.add(stack, Arm64Assembler.SP, 16);
    a.move32(1, addresses.prefix);
    a.label("push");
    a.load64ThenAdvance(0, 1);
    a.jumpIfZero(0, "pushed");
    a.retreatThenStore64(0, stack);
    a.jump("push");
    a.label("pushed");
    a.move32(1, addresses.argv);
    a.store64(stack, 1, 0);
    a.move32(operation, addresses.first);

    a.label("next");
    a.load32(0, operation, ARGUMENTS);
    a.load64(0, 0, 0);
    a.load32(8, operation, NUMBER);
    a.jumpIfBit31(8, "extract");
    for (int i = 1; i < 6; i++) {
      a.load32(i, operation, ARGUMENTS + 4 * i);
      a.load64(i, i, 0);
    }
    a.supervisorCall();

    a.label("tail");
    a.load32(9, operation, RESULT);
    a.store64(0, 9, 0);
    a.compareNegative(0, 4095);
    a.jumpIf(Arm64Assembler.Condition.HIGHER_OR_SAME, "error");
    a.loadSigned32(9, operation, EXPECT);
    a.compare(0, 9);
    a.jumpIf(Arm64Assembler.Condition.EQUAL, "equal");
    a.load32(operation, operation, ON_ELSE);
    a.jump("next");
    a.label("equal");
    a.load32(operation, operation, ON_EQUAL);
    a.jump("next");
    a.label("error");
    a.move32(9, addresses.failed);
    a.store64(operation, 9, 0);
    a.store64(0, 9, 8);
    a.load32(operation, operation, ON_ERROR);
    a.jump("next");

    a.label("extract");
    a.load32(9, operation, ARGUMENTS + 4);
    a.load32(10, operation, ARGUMENTS + 8);
    a.shiftRight(0, 0, 9);
    a.and(0, 0, 10);
    a.jump("tail");

    a.label("refuse");
    a.undefined();
    return a.finish();
  }
}
