package org.chrootlite.compile.bpf;

import java.util.List;

/**
 * A system call as a filter sees it: {@code struct seccomp_data} of seccomp(2).
 *
 * @param number what was in the register of the call's number
 * @param architecture {@code AUDIT_ARCH_*} of the ABI that the call was made by
 * @param pointer the address of the instruction after the call
 * @param arguments the six registers, whole: a call that takes an {@code int} looks at the low half of one only
 */
public record SeccompData(int number, int architecture, long pointer, List<Long> arguments) {

  /**
   * Checks the number of arguments.
   *
   * @throws IllegalArgumentException where they are not six
   */
  public SeccompData {
    arguments = List.copyOf(arguments);
    if (arguments.size() != 6) {
      throw new IllegalArgumentException(arguments.size() + " arguments, not 6");
    }
  }

  int word(Field field) {
    if (field.equals(Field.NUMBER)) {
      return number;
    }
    if (field.equals(Field.ARCHITECTURE)) {
      return architecture;
    }
    long whole = field.offset() < Field.ARGUMENTS_OFFSET ? pointer : arguments.get(field.argument());
    return (int) (field.isHigh() ? whole >>> Integer.SIZE : whole);
  }
}
