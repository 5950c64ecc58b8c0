package org.chrootlite.compile.machine;

import java.util.List;
import org.chrootlite.linux.Syscall;

/** One of the two things the interpreter can do. */
public sealed interface Operation {
  /** Where the result is stored. */
  Datum.Place result();

  /** What the result is compared with: a 32-bit signed number. */
  int expect();

  /** Where to go on when the result is from -4095 to -1, as the kernel reports errors. */
  Target onError();

  /** Where to go on when the result is {@code expect}. */
  Target onEqual();

  /** Where to go on otherwise. */
  Target onElse();

  /** Calls the kernel with up to six arguments. */
  record SystemCall(
      Syscall call,
      List<Value> arguments,
      Datum.Place result,
      int expect,
      Target onError,
      Target onEqual,
      Target onElse)
      implements Operation {
    /** Copies the list and counts it. */
    public SystemCall {
      arguments = List.copyOf(arguments);
      if (arguments.size() > 6) {
        throw new IllegalArgumentException(call + " with " + arguments.size() + " arguments");
      }
    }
  }

  /**
   * Takes bits out of a word: {@code (from >>> shift) & mask}.
   *
   * @param from a constant, or eight bytes that may begin at any byte of a cell
   * @param shift 0 to 63
   * @param mask 0 to 0xffffffff
   */
  record Extract(
      Value from,
      int shift,
      long mask,
      Datum.Place result,
      int expect,
      Target onError,
      Target onEqual,
      Target onElse)
      implements Operation {
    /** Checks the ranges. */
    public Extract {
      if (shift < 0 || shift > 63 || mask < 0 || mask > 0xffffffffL) {
        throw new IllegalArgumentException("shift " + shift + ", mask " + mask);
      }
    }
  }
}
