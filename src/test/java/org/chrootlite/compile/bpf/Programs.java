package org.chrootlite.compile.bpf;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.chrootlite.linux.Errno;

/** Arbitrary programs, and calls to run them on. */
public final class Programs {

  private Programs() {}

  static Arbitrary<Action> actions() {
    return Arbitraries.oneOf(
        Arbitraries.just(new Action.Allow()),
        Arbitraries.just(new Action.KillProcess()),
        Arbitraries.of(Errno.class).map(Action.Fail::new));
  }

  static Arbitrary<Field> fields() {
    return Arbitraries.integers().between(0, 15).map(word -> new Field(4 * word));
  }

  /** Constants that calls are likely to hold too. */
  static Arbitrary<Integer> constants() {
    return Arbitraries.oneOf(Arbitraries.integers().between(-2, 3), Arbitraries.integers());
  }

  public static Arbitrary<SeccompData> calls() {
    Arbitrary<Long> words = Arbitraries.oneOf(
        Arbitraries.longs(), constants().map(Integer::toUnsignedLong), Arbitraries.longs().map(high -> high << 32));
    return Combinators.combine(constants(), constants(), words, words.list().ofSize(6)).as(SeccompData::new);
  }

  /** Programs that the kernel accepts. */
  public static Arbitrary<Program> programs() {
    return Arbitraries.integers().between(0, 40).flatMap(size -> {
      List<Arbitrary<Instruction>> body = new ArrayList<>();
      for (int at = 0; at < size; at++) {
        body.add(instructions(size - at - 1));
      }
      return Combinators.combine(body).as(instructions -> instructions).flatMap(instructions -> actions().map(last -> {
        List<Instruction> all = new ArrayList<>(instructions);
        all.add(new Instruction.Return(last));
        return new Program(all);
      }));
    });
  }

  private static Arbitrary<Instruction> instructions(int farthest) {
    Arbitrary<Integer> distances = Arbitraries.integers().between(0, farthest);
    return Arbitraries.oneOf(
        fields().map(Instruction.Load::new),
        constants().map(Instruction.And::new),
        distances.map(Instruction.Jump::new),
        actions().map(Instruction.Return::new),
        Combinators.combine(Arbitraries.of(Condition.class), constants(), distances, distances)
            .as(Instruction.JumpIf::new));
  }
}
