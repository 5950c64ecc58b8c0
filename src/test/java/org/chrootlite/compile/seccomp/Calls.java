package org.chrootlite.compile.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.chrootlite.linux.Architecture;

/** Arguments that a rule is likely to tell apart. */
public final class Calls {

  /** More than any table has. */
  private static final int NUMBERS = 1024;

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

  /**
   * All numbers that an architecture's table may have, those of x32, negative ones, and those where one kind ends and
   * the next begins.
   */
  public static List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>(List.of(0x3fff_ffff, 0x7fff_ffff));
    for (int number = 0; number < NUMBERS; number++) {
      numbers.addAll(List.of(number, 0x4000_0000 + number, 0x8000_0000 + number, -1 - number));
    }
    for (int bit = 10; bit < 31; bit++) {
      numbers.addAll(List.of(1 << bit, (1 << bit) + 1, 3 << bit));
    }
    return numbers;
  }

  /**
   * Registers for every way through a call's rule: all that it compares an argument with, and what is next to that,
   * with all the same for the others. Each once as it is, and once with rubbish in the high halves.
   */
  public static List<List<Long>> everyWay(Architecture architecture, int number, Random random) {
    Rule rule = PolicyOracle.ruleOf(architecture, number);
    List<List<Long>> ways = new ArrayList<>(List.of(List.of()));
    for (int i = 0; i < 6; i++) {
      SortedSet<Integer> values = around(PolicyOracle.constantsOf(rule, i));
      if (values.isEmpty()) {
        values.add(random.nextInt());
      }
      List<List<Long>> longer = new ArrayList<>();
      for (List<Long> way : ways) {
        for (int value : values) {
          List<Long> registers = new ArrayList<>(way);
          registers.add(Integer.toUnsignedLong(value));
          longer.add(registers);
        }
      }
      ways = longer;
    }
    List<List<Long>> all = new ArrayList<>(ways);
    for (List<Long> way : ways) {
      all.add(way.stream().map(low -> random.nextLong() << 32 | low).toList());
    }
    return all;
  }

  /** Nothing for nothing. */
  private static SortedSet<Integer> around(List<Integer> constants) {
    SortedSet<Integer> values = new TreeSet<>();
    for (int constant : constants) {
      values.addAll(List.of(constant, constant + 1, constant - 1, ~constant, 0, -1));
      for (int rest = constant; rest != 0; rest &= rest - 1) {
        values.add(Integer.lowestOneBit(rest));
      }
    }
    return values;
  }
}
