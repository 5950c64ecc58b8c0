package org.chrootlite.compile.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chrootlite.linux.Architecture;

/** Arguments that a rule is likely to tell apart. */
public final class Calls {

  private Calls() {}

  /** Six registers: near what the rule compares them with, or anything; with or without rubbish in the high half. */
  public static List<Long> arguments(Architecture architecture, int number, Random random) {
    Rule rule = PolicyOracle.ruleOf(architecture, number);
    List<Long> arguments = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      List<Integer> constants = PolicyOracle.constantsOf(rule, i);
      int low = random.nextInt();
      if (!constants.isEmpty() && random.nextInt(8) != 0) {
        int constant = constants.get(random.nextInt(constants.size()));
        low = switch (random.nextInt(5)) {
          case 0 -> constant + 1;
          case 1 -> constant & low;
          case 2 -> constant | low;
          default -> constant;
        };
      }
      long high = random.nextInt(3) == 0 ? random.nextLong() << 32 : 0;
      arguments.add(high | Integer.toUnsignedLong(low));
    }
    return arguments;
  }
}
