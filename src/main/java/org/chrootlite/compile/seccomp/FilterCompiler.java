package org.chrootlite.compile.seccomp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.compile.bpf.Action;
import org.chrootlite.compile.bpf.Assembler;
import org.chrootlite.compile.bpf.Condition;
import org.chrootlite.compile.bpf.Field;
import org.chrootlite.compile.bpf.Label;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.FileLocks;

/**
 * Rules to a program. It checks the ABI, finds the number's range by binary search, and goes to the rule of that range.
 * Calls that are always allowed are decided by looking at the number alone, so that kernels since 5.11 don't even run
 * the filter for them.
 */
final class FilterCompiler {

  /** {@code __X32_SYSCALL_BIT}: numbers from here up to the sign bit are those of the x32 ABI. */
  private static final int X32_FIRST = 0x4000_0000;

  /** Where negative numbers begin; the kernel has no such calls. */
  private static final int NEGATIVE_FIRST = 0x8000_0000;

  /** System call numbers that share a rule: from {@code first}, unsigned, up to the next range's first. */
  private record Range(int first, Label rule) {}

  private final Assembler assembler = new Assembler();

  /** In the order of first use. A rule that several calls have is one object. */
  private final List<Rule.Either> rules = new ArrayList<>();

  private final IdentityHashMap<Rule.Either, Label> placesOfRules = new IdentityHashMap<>();

  /** In the order of first use. */
  private final List<Action> actions = new ArrayList<>();

  /** By encoded action: the first hash of a record takes the JVM 10 ms, and this is on the way of each new launcher. */
  private final Map<Integer, Label> placesOfActions = new HashMap<>();

  private final Accounting accounting;
  private final FileLocks locks;

  private FilterCompiler(Accounting accounting, FileLocks locks) {
    this.accounting = accounting;
    this.locks = locks;
  }

  static Program compile(Architecture architecture, Accounting accounting, FileLocks locks) {
    return new FilterCompiler(accounting, locks).filter(architecture);
  }

  private Program filter(Architecture architecture) {
    Label ours = assembler.label("our own ABI");
    assembler.load(Field.ARCHITECTURE);
    assembler.jumpIf(Condition.EQUAL, (int) architecture.auditArch(), ours, at(new Action.KillProcess()));
    assembler.bind(ours);
    assembler.load(Field.NUMBER);
    search(ranges(architecture));
    // Rules first, since they go on to actions, which end the filter.
    for (Rule.Either rule : rules) {
      assembler.bind(at(rule));
      decide(rule);
    }
    for (Action action : actions) {
      assembler.bind(at(action));
      assembler.ret(action);
    }
    return assembler.assemble();
  }

  /** All 2^32 numbers, in ascending order, without gaps. */
  private List<Range> ranges(Architecture architecture) {
    int highest = 0;
    for (Syscall syscall : Syscall.values()) {
      highest = Math.max(highest, syscall.number(architecture));
    }
    Label unknown = at(Policy.DEFAULT);
    Label[] places = new Label[highest + 2];
    Arrays.fill(places, unknown);
    for (Syscall syscall : Syscall.values()) {
      if (syscall.isOn(architecture)) {
        places[syscall.number(architecture)] = at(Policy.of(syscall, accounting, locks));
      }
    }
    List<Range> ranges = new ArrayList<>();
    for (int number = 0; number < places.length; number++) {
      if (number == 0 || places[number] != places[number - 1]) {
        ranges.add(new Range(number, places[number]));
      }
    }
    if (architecture == Architecture.X86_64) {
      ranges.add(new Range(X32_FIRST, at(new Action.KillProcess())));
      ranges.add(new Range(NEGATIVE_FIRST, unknown));
    }
    return ranges;
  }

  /** Goes to the rule of the range that holds the number in the accumulator. There are two ranges or more. */
  private void search(List<Range> ranges) {
    int middle = ranges.size() / 2;
    List<Range> lower = ranges.subList(0, middle);
    List<Range> upper = ranges.subList(middle, ranges.size());
    Label ifLower = lower.size() == 1 ? lower.getFirst().rule : assembler.label("lower");
    Label ifUpper = upper.size() == 1 ? upper.getFirst().rule : assembler.label("upper");
    assembler.jumpIf(Condition.GREATER_OR_EQUAL, upper.getFirst().first, ifUpper, ifLower);
    if (lower.size() > 1) {
      assembler.bind(ifLower);
      search(lower);
    }
    if (upper.size() > 1) {
      assembler.bind(ifUpper);
      search(upper);
    }
  }

  private void decide(Rule.Either rule) {
    Label ifTrue = outcome(rule.ifTrue());
    Label ifFalse = outcome(rule.ifFalse());
    ask(rule.test(), ifTrue, ifFalse);
    follow(ifTrue, rule.ifTrue());
    follow(ifFalse, rule.ifFalse());
  }

  /** The place of an action, or a new label for a rule that is written behind its question. */
  private Label outcome(Rule rule) {
    return switch (rule) {
      case Rule.Always(Action action) -> at(action);
      case Rule.Either _ -> assembler.label("nested");
    };
  }

  private void follow(Label label, Rule rule) {
    if (rule instanceof Rule.Either either) {
      assembler.bind(label);
      decide(either);
    }
  }

  private void ask(Test test, Label ifTrue, Label ifFalse) {
    switch (test) {
      case Test.AnyBit(IntArgument argument, int bits) -> {
        assembler.load(Field.low(argument.index()));
        assembler.jumpIf(Condition.ANY_BIT_OF, bits, ifTrue, ifFalse);
      }
      case Test.OneOf(IntArgument argument, int mask, List<Integer> values) -> {
        assembler.load(Field.low(argument.index()));
        if (mask != ~0) {
          assembler.and(mask);
        }
        for (int value : values.subList(0, values.size() - 1)) {
          Label next = assembler.label("next");
          assembler.jumpIf(Condition.EQUAL, value, ifTrue, next);
          assembler.bind(next);
        }
        assembler.jumpIf(Condition.EQUAL, values.getLast(), ifTrue, ifFalse);
      }
    }
  }

  private Label at(Rule rule) {
    return switch (rule) {
      case Rule.Always(Action action) -> at(action);
      case Rule.Either either -> at(either);
    };
  }

  private Label at(Rule.Either rule) {
    Label label = placesOfRules.get(rule);
    if (label == null) {
      label = assembler.label("rule");
      placesOfRules.put(rule, label);
      rules.add(rule);
    }
    return label;
  }

  private Label at(Action action) {
    Label label = placesOfActions.get(action.encode());
    if (label == null) {
      label = assembler.label("action");
      placesOfActions.put(action.encode(), label);
      actions.add(action);
    }
    return label;
  }
}
