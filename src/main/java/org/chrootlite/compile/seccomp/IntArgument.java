package org.chrootlite.compile.seccomp;

import java.util.ArrayList;
import java.util.List;

/**
 * An argument that the kernel takes as an {@code int}, {@code unsigned int}, {@code pid_t} or {@code umode_t}.
 *
 * <p>A filter sees whole 64-bit registers, and a script may set the high half to anything. The kernel drops that half
 * of such an argument, so a filter that compared it could be walked around (CVE-2019-10063). Tests on this type look at
 * the low half and nothing else. There is no type for arguments that are 64 bits wide: no rule needs one.
 *
 * @param index 0 to 5
 */
public record IntArgument(int index) {

  Test isOneOf(int... values) {
    return masked(~0, values);
  }

  /** Whether the argument, cut down to the bits of {@code mask}, is one of some values. */
  Test masked(int mask, int... values) {
    List<Integer> boxed = new ArrayList<>(values.length);
    for (int value : values) {
      boxed.add(value);
    }
    return new Test.OneOf(this, mask, boxed);
  }

  Test hasAnyOf(int bits) {
    return new Test.AnyBit(this, bits);
  }
}
