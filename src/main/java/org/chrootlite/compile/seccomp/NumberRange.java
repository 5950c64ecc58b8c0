package org.chrootlite.compile.seccomp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.chrootlite.compile.bpf.Action;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;

/**
 * System call numbers that share a rule: from {@code first} up to the next range's first.
 *
 * @param first an unsigned number
 */
record NumberRange(int first, Rule rule) {

  /** {@code __X32_SYSCALL_BIT}: numbers from here up to the sign bit are those of the x32 ABI. */
  private static final int X32_FIRST = 0x4000_0000;

  /** Where negative numbers begin; the kernel has no such calls. */
  private static final int NEGATIVE_FIRST = 0x8000_0000;

  /** All 2^32 numbers, in ascending order, without gaps; neighbours have different rules. */
  static List<NumberRange> of(Architecture architecture) {
    int highest = 0;
    for (Syscall syscall : Syscall.values()) {
      highest = Math.max(highest, syscall.number(architecture));
    }
    Rule[] rules = new Rule[highest + 2];
    Arrays.fill(rules, Policy.DEFAULT);
    for (Syscall syscall : Syscall.values()) {
      if (syscall.isOn(architecture)) {
        rules[syscall.number(architecture)] = Policy.of(syscall);
      }
    }
    List<NumberRange> ranges = new ArrayList<>();
    for (int number = 0; number < rules.length; number++) {
      if (number == 0 || !rules[number].equals(rules[number - 1])) {
        ranges.add(new NumberRange(number, rules[number]));
      }
    }
    if (architecture == Architecture.X86_64) {
      ranges.add(new NumberRange(X32_FIRST, new Rule.Always(new Action.KillProcess())));
      ranges.add(new NumberRange(NEGATIVE_FIRST, Policy.DEFAULT));
    }
    return ranges;
  }
}
