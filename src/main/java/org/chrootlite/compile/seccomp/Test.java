package org.chrootlite.compile.seccomp;

import java.util.List;

/** A question about an argument of a call. */
public sealed interface Test {

  /** Whether the argument, cut down to the bits of {@code mask}, is one of {@code values}. */
  record OneOf(IntArgument argument, int mask, List<Integer> values) implements Test {
    public OneOf {
      values = List.copyOf(values);
    }
  }

  /** Whether the argument has at least one of {@code bits}. */
  record AnyBit(IntArgument argument, int bits) implements Test {}
}
