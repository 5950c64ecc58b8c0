package org.chrootlite.compile.seccomp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.compile.bpf.Action;
import org.chrootlite.compile.bpf.Assembler;
import org.chrootlite.compile.bpf.Condition;
import org.chrootlite.compile.bpf.Field;
import org.chrootlite.compile.bpf.Label;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.linux.Architecture;

/**
 * Rules to a program. It checks the ABI, finds the number's range by binary search, and goes to the rule of that range.
 * Equal rules share their code. Numbers that are always allowed are decided by looking at the number alone, so that
 * kernels since 5.11 don't even run the filter for them.
 */
final class FilterCompiler {

  private final Assembler assembler = new Assembler();
  private final Map<Rule.Either, Label> rules = new LinkedHashMap<>();
  private final Map<Action, Label> actions = new LinkedHashMap<>();

  private FilterCompiler() {}

  static Program compile(Architecture architecture) {
    return new FilterCompiler().filter(architecture);
  }

  private Program filter(Architecture architecture) {
    Label native64 = assembler.label("native");
    assembler.load(Field.ARCHITECTURE);
    assembler.jumpIf(Condition.EQUAL, (int) architecture.auditArch(), native64, at(new Action.KillProcess()));
    assembler.bind(native64);
    assembler.load(Field.NUMBER);
    search(NumberRange.of(architecture));
    // Rules first, since they go on to actions, which end the filter.
    rules.forEach((rule, label) -> {
      assembler.bind(label);
      decide(rule);
    });
    actions.forEach((action, label) -> {
      assembler.bind(label);
      assembler.ret(action);
    });
    return assembler.assemble();
  }

  /** Goes to the rule of the range that holds the number in the accumulator. There are two ranges or more. */
  private void search(List<NumberRange> ranges) {
    int middle = ranges.size() / 2;
    List<NumberRange> lower = ranges.subList(0, middle);
    List<NumberRange> upper = ranges.subList(middle, ranges.size());
    Label ifLower = lower.size() == 1 ? at(lower.getFirst().rule()) : assembler.label("lower");
    Label ifUpper = upper.size() == 1 ? at(upper.getFirst().rule()) : assembler.label("upper");
    assembler.jumpIf(Condition.GREATER_OR_EQUAL, upper.getFirst().first(), ifUpper, ifLower);
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
      case Rule.Either either -> rules.computeIfAbsent(either, _ -> assembler.label("rule"));
    };
  }

  private Label at(Action action) {
    return actions.computeIfAbsent(action, _ -> assembler.label(action.toString()));
  }
}
