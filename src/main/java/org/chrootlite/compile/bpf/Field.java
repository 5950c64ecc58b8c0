package org.chrootlite.compile.bpf;

/**
 * A 32-bit word of {@code struct seccomp_data}, the only thing that a filter can read; see seccomp(2). A 64-bit member
 * is two words, the low one first, since both our architectures are little-endian.
 *
 * @param offset bytes from the start of the structure, a multiple of 4 from 0 to 60
 */
public record Field(int offset) {

  /** The number of the call. */
  public static final Field NUMBER = new Field(0);

  /** {@code AUDIT_ARCH_*} of the ABI that it was made by. */
  public static final Field ARCHITECTURE = new Field(4);

  static final int ARGUMENTS_OFFSET = 16;
  private static final int SIZE = 64;

  /**
   * Checks the offset.
   *
   * @throws IllegalArgumentException where no word begins there
   */
  public Field {
    if (offset < 0 || offset % Integer.BYTES != 0 || offset >= SIZE) {
      throw new IllegalArgumentException("no word of seccomp_data begins at " + Integer.toUnsignedString(offset));
    }
  }

  /** The low half of an argument, 0 to 5. */
  public static Field low(int argument) {
    return new Field(ARGUMENTS_OFFSET + Long.BYTES * argument);
  }

  /** The high half of an argument, 0 to 5. */
  static Field high(int argument) {
    return new Field(ARGUMENTS_OFFSET + Long.BYTES * argument + Integer.BYTES);
  }

  boolean isHigh() {
    return offset % Long.BYTES != 0;
  }

  /** Which argument this is a half of. */
  int argument() {
    return (offset - ARGUMENTS_OFFSET) / Long.BYTES;
  }

  @Override
  public String toString() {
    if (equals(NUMBER)) {
      return "number";
    }
    if (equals(ARCHITECTURE)) {
      return "architecture";
    }
    String whole = offset < ARGUMENTS_OFFSET ? "pointer" : "arg" + argument();
    return whole + (isHigh() ? ".high" : ".low");
  }
}
