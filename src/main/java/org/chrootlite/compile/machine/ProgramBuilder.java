package org.chrootlite.compile.machine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.linux.Syscall;

/** Puts a program together, an operation after the other. Labels may be used before they are placed. */
public final class ProgramBuilder {
  private static final Datum.Place SCRATCH = Datum.Cell.word("result").at(0);

  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Target onFailure;
  private int fresh;

  /** Errors go on at {@code onFailure} where nothing else is said. */
  public ProgramBuilder(Target onFailure) {
    this.onFailure = onFailure;
  }

  /** How many operations there are: the index of the next one. */
  public int size() {
    return operations.size();
  }

  /** A label that is used nowhere else. */
  public Target.Label freshLabel(String hint) {
    fresh++;
    return new Target.Label(hint + "-" + fresh);
  }

  /** Lets the label name the next operation. */
  public void place(Target.Label label) {
    if (labels.put(label.name(), operations.size()) != null) {
      throw new IllegalStateException("label twice: " + label.name());
    }
  }

  /** A system call, to be completed by {@link Call#emit}. */
  public Call call(Syscall call, Value... arguments) {
    return new Call(call, List.of(arguments));
  }

  /** A system call that must not fail. */
  public void run(Syscall call, Value... arguments) {
    call(call, arguments).emit();
  }

  /** Sets a place to a number from 0 to 0xffffffff. */
  public void set(Datum.Place place, long number) {
    operations.add(
        new Operation.Extract(Value.of(number), 0, 0xffffffffL, place, 0, onFailure, Target.NEXT, Target.NEXT));
  }

  /** Copies the low 32 bits of a place; the upper ones become 0. */
  public void copy32(Datum.Place from, Datum.Place to) {
    operations.add(
        new Operation.Extract(
            new Value.Contents(from), 0, 0xffffffffL, to, 0, onFailure, Target.NEXT, Target.NEXT));
  }

  /** Goes on at {@code onEqual} where the low 32 bits of a value are {@code expect}, else at {@code onElse}. */
  public void branch(Value value, int expect, Target onEqual, Target onElse) {
    branch(value, 0, 0xffffffffL, expect, onEqual, onElse);
  }

  /** Goes on at {@code onEqual} where {@code (value >>> shift) & mask} is {@code expect}, else at {@code onElse}. */
  public void branch(Value value, int shift, long mask, int expect, Target onEqual, Target onElse) {
    operations.add(new Operation.Extract(value, shift, mask, SCRATCH, expect, onFailure, onEqual, onElse));
  }

  /** Goes on at a label. */
  public void jump(Target target) {
    branch(Value.of(0), 0, target, target);
  }

  /** The finished program. */
  public Program build(List<String> argumentPrefix, Datum.Cell argv, Datum.Cell failure) {
    return new Program(operations, labels, argumentPrefix, argv, failure);
  }

  /** The finished program, of one that looks neither at its arguments nor at what has failed. */
  public Program build() {
    return build(List.of(), Datum.Cell.word("argv"), new Datum.Cell("failure", 24));
  }

  /** A system call in the making. */
  public final class Call {
    private final Syscall call;
    private final List<Value> arguments;
    private Datum.Place result = SCRATCH;
    private int expect;
    private Target onError = onFailure;
    private Target onEqual = Target.NEXT;
    private Target onElse = Target.NEXT;

    private Call(Syscall call, List<Value> arguments) {
      this.call = call;
      this.arguments = arguments;
    }

    /** Stores the result there. */
    public Call into(Datum.Cell cell) {
      result = cell.at(0);
      return this;
    }

    /** Goes on there when the result is {@code expected}. */
    public Call when(int expected, Target target) {
      expect = expected;
      onEqual = target;
      return this;
    }

    /** Fails unless the result is {@code expected}: a short write, for one. */
    public Call only(int expected) {
      expect = expected;
      onElse = onFailure;
      return this;
    }

    /** Goes on there when the result is neither an error nor the one expected. */
    public Call otherwise(Target target) {
      onElse = target;
      return this;
    }

    /** Goes on there on an error. */
    public Call onError(Target target) {
      onError = target;
      return this;
    }

    /** Adds the call to the program. */
    public void emit() {
      operations.add(new Operation.SystemCall(call, arguments, result, expect, onError, onEqual, onElse));
    }
  }
}
