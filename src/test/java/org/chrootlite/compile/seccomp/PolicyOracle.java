package org.chrootlite.compile.seccomp;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.compile.bpf.Action;
import org.chrootlite.compile.bpf.SeccompData;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;

/** What the policy says about a call, worked out rule by rule, without any program. */
public final class PolicyOracle {

  private PolicyOracle() {}

  /** What becomes of a call, by whatever ABI it is made. */
  public static Action decide(Architecture architecture, SeccompData call) {
    if (Integer.toUnsignedLong(call.architecture()) != architecture.auditArch()) {
      return new Action.KillProcess();
    }
    if (architecture == Architecture.X86_64 && call.number() >= 0x4000_0000) {
      return new Action.KillProcess();
    }
    return decide(ruleOf(architecture, call.number()), call);
  }

  static Rule ruleOf(Architecture architecture, int number) {
    for (Syscall syscall : Syscall.values()) {
      if (syscall.isOn(architecture) && syscall.number(architecture) == number) {
        return Policy.of(syscall);
      }
    }
    return Policy.DEFAULT;
  }

  private static Action decide(Rule rule, SeccompData call) {
    return switch (rule) {
      case Rule.Always(Action action) -> action;
      case Rule.Either(Test test, Rule ifTrue, Rule ifFalse) -> decide(holds(test, call) ? ifTrue : ifFalse, call);
    };
  }

  private static boolean holds(Test test, SeccompData call) {
    return switch (test) {
      case Test.AnyBit(IntArgument argument, int bits) -> (asInt(argument, call) & bits) != 0;
      case Test.OneOf(IntArgument argument, int mask, List<Integer> values) ->
          values.contains(asInt(argument, call) & mask);
    };
  }

  private static int asInt(IntArgument argument, SeccompData call) {
    return call.arguments().get(argument.index()).intValue();
  }

  /** The numbers that a rule compares an argument with: those with which tests find its limits. */
  static List<Integer> constantsOf(Rule rule, int argument) {
    List<Integer> constants = new ArrayList<>();
    collect(rule, new IntArgument(argument), constants);
    return constants;
  }

  private static void collect(Rule rule, IntArgument argument, List<Integer> constants) {
    if (rule instanceof Rule.Either(Test test, Rule ifTrue, Rule ifFalse)) {
      switch (test) {
        case Test.AnyBit(IntArgument tested, int bits) when tested.equals(argument) -> constants.add(bits);
        case Test.OneOf(IntArgument tested, int _, List<Integer> values) when tested.equals(argument) ->
            constants.addAll(values);
        case Test.AnyBit _, Test.OneOf _ -> {}
      }
      collect(ifTrue, argument, constants);
      collect(ifFalse, argument, constants);
    }
  }

  /** Something about a call's rule that a reader can check: {@code arg0 in 1 ? EPERM : allow}. */
  static String text(Rule rule) {
    return switch (rule) {
      case Rule.Always(Action action) -> action.toString();
      case Rule.Either(Test test, Rule ifTrue, Rule ifFalse) ->
          text(test) + " ? " + nested(ifTrue) + " : " + nested(ifFalse);
    };
  }

  private static String nested(Rule rule) {
    return rule instanceof Rule.Either ? "(" + text(rule) + ")" : text(rule);
  }

  private static String text(Test test) {
    return switch (test) {
      case Test.AnyBit(IntArgument argument, int bits) -> "arg" + argument.index() + " & " + hex(bits);
      case Test.OneOf(IntArgument argument, int mask, List<Integer> values) ->
          "arg" + argument.index() + (mask == ~0 ? "" : " & " + hex(mask))
              + " in " + String.join(" ", values.stream().map(PolicyOracle::hex).toList());
    };
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }
}
