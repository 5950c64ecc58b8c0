package org.chrootlite.compile.machine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;

/** Programs of every form, most of which would do nothing sensible. */
final class Programs {
  private static final int MOST_OPERATIONS = 40;
  private static final Datum.Cell ARGV = Datum.Cell.word("argv");
  private static final Datum.Cell FAILURE = new Datum.Cell("failure", 24);

  private static final List<Syscall> CALLS =
      List.of(Syscall.values()).stream()
          .filter(call -> call.isOn(Architecture.X86_64) && call.isOn(Architecture.AARCH64))
          .toList();

  private Programs() {}

  static Arbitrary<Program> programs() {
    Arbitrary<List<Operation>> operations = operations().list().ofMinSize(1).ofMaxSize(MOST_OPERATIONS);
    Arbitrary<List<String>> prefixes = Arbitraries.of("/bin/sh", "-c", "", "é").list().ofMaxSize(4);
    return Combinators.combine(operations, prefixes).as(Programs::program).withoutEdgeCases();
  }

  /** A label for each operation; the last operation goes on at the first. */
  private static Program program(List<Operation> operations, List<String> prefix) {
    Map<String, Integer> labels = new HashMap<>();
    for (int i = 0; i < MOST_OPERATIONS; i++) {
      labels.put("label-" + i, i % operations.size());
    }
    List<Operation> all = new ArrayList<>(operations);
    Target first = new Target.Label("label-0");
    all.set(
        all.size() - 1,
        switch (all.getLast()) {
          case Operation.SystemCall call ->
              new Operation.SystemCall(
                  call.call(), call.arguments(), call.result(), call.expect(), first, first, first);
          case Operation.Extract extract ->
              new Operation.Extract(
                  extract.from(),
                  extract.shift(),
                  extract.mask(),
                  extract.result(),
                  extract.expect(),
                  first,
                  first,
                  first);
        });
    return new Program(all, labels, prefix, ARGV, FAILURE);
  }

  private static Arbitrary<Operation> operations() {
    Arbitrary<Target> targets =
        Arbitraries.integers()
            .between(-5, MOST_OPERATIONS - 1)
            .map(i -> i < 0 ? Target.NEXT : new Target.Label("label-" + i));
    Arbitrary<Operation> calls =
        Combinators.combine(
                Arbitraries.of(CALLS),
                values().list().ofMaxSize(6),
                places(),
                Arbitraries.integers(),
                targets,
                targets,
                targets)
            .as(Operation.SystemCall::new);
    Arbitrary<Operation> extracts =
        Combinators.combine(
                values(),
                Arbitraries.integers().between(0, 63),
                Arbitraries.longs().between(0, 0xffffffffL),
                places(),
                Arbitraries.integers(),
                targets,
                targets,
                targets)
            .as(Operation.Extract::new);
    return Arbitraries.oneOf(calls, extracts);
  }

  private static Arbitrary<Datum.Cell> cells() {
    Arbitrary<Datum.Cell> others = Arbitraries.integers().between(1, 6).map(i -> new Datum.Cell("cell " + i, 8 * i));
    return Arbitraries.oneOf(others, Arbitraries.of(ARGV, FAILURE));
  }

  private static Arbitrary<Datum.Place> places() {
    return cells().flatMap(cell -> Arbitraries.integers().between(0, cell.size() - 8).map(cell::at));
  }

  private static Arbitrary<Value> values() {
    Arbitrary<Value> constants = Arbitraries.longs().map(Value.Constant::new);
    Arbitrary<Value> contents = places().map(Value.Contents::new);
    return Arbitraries.oneOf(constants, contents, addresses(2));
  }

  private static Arbitrary<Value> addresses(int depth) {
    Arbitrary<Value> bytes =
        Arbitraries.strings()
            .ofMaxLength(20)
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .map(content -> new Value.AddressOf(new Datum.Bytes(content), content.length / 2));
    Arbitrary<Value> cells = places().map(place -> new Value.AddressOf(place.cell(), place.offset()));
    if (depth == 0) {
      return Arbitraries.oneOf(bytes, cells);
    }
    Arbitrary<Value> fixed = Arbitraries.oneOf(Arbitraries.longs().map(Value.Constant::new), addresses(depth - 1));
    Arbitrary<Value> words = fixed.list().ofMinSize(1).ofMaxSize(4).map(list -> Value.addressOf(new Datum.Words(list)));
    return Arbitraries.oneOf(bytes, cells, words);
  }
}
