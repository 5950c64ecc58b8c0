package org.chrootlite.compile.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Instructions to {@code struct sock_filter} and back; opcodes from {@code linux/bpf_common.h}. */
final class Encoding {

  /** {@code struct sock_filter}: a 16-bit code, two 8-bit jumps, a 32-bit constant. */
  private static final int BYTES = 8;

  private static final int LOAD_WORD_ABSOLUTE = 0x20;
  private static final int AND = 0x54;
  private static final int JUMP = 0x05;
  private static final int RETURN = 0x06;

  private Encoding() {}

  static byte[] encode(List<Instruction> instructions) {
    ByteBuffer bytes = ByteBuffer.allocate(instructions.size() * BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Instruction instruction : instructions) {
      switch (instruction) {
        case Instruction.Load(Field field) -> put(bytes, LOAD_WORD_ABSOLUTE, 0, 0, field.offset());
        case Instruction.And(int mask) -> put(bytes, AND, 0, 0, mask);
        case Instruction.Jump(int distance) -> put(bytes, JUMP, 0, 0, distance);
        case Instruction.JumpIf(Condition condition, int constant, int ifTrue, int ifFalse) ->
            put(bytes, JUMP | condition.operation(), ifTrue, ifFalse, constant);
        case Instruction.Return(Action action) -> put(bytes, RETURN, 0, 0, action.encode());
      }
    }
    return bytes.array();
  }

  private static void put(ByteBuffer bytes, int code, int ifTrue, int ifFalse, int constant) {
    bytes.putShort((short) code).put((byte) ifTrue).put((byte) ifFalse).putInt(constant);
  }

  static List<Instruction> decode(byte[] array) {
    if (array.length % BYTES != 0) {
      throw new IllegalArgumentException(array.length + " bytes are not a whole number of instructions");
    }
    ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    List<Instruction> instructions = new ArrayList<>(array.length / BYTES);
    while (bytes.hasRemaining()) {
      int at = bytes.position() / BYTES;
      int code = Short.toUnsignedInt(bytes.getShort());
      int ifTrue = Byte.toUnsignedInt(bytes.get());
      int ifFalse = Byte.toUnsignedInt(bytes.get());
      int constant = bytes.getInt();
      try {
        instructions.add(instruction(code, ifTrue, ifFalse, constant));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("instruction " + at + ": " + e.getMessage(), e);
      }
    }
    return instructions;
  }

  private static Instruction instruction(int code, int ifTrue, int ifFalse, int constant) {
    for (Condition condition : Condition.values()) {
      if (code == (JUMP | condition.operation())) {
        return new Instruction.JumpIf(condition, constant, ifTrue, ifFalse);
      }
    }
    if (ifTrue != 0 || ifFalse != 0) {
      throw new IllegalArgumentException("conditional distances in what is no conditional jump");
    }
    return switch (code) {
      case LOAD_WORD_ABSOLUTE -> new Instruction.Load(new Field(constant));
      case AND -> new Instruction.And(constant);
      case JUMP -> new Instruction.Jump(constant);
      case RETURN -> new Instruction.Return(Action.decode(constant));
      default -> throw new IllegalArgumentException("unknown code 0x" + Integer.toHexString(code));
    };
  }
}
