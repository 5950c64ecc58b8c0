package org.chrootlite.compile.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chrootlite.linux.Errno;

class AssemblerProperties {

  /** Blocks that ask, then places that answer, each with an error number of its own. */
  private static final int BLOCKS = 12;

  private static final int PLACES = 24;

  /** A question, the padding before it, and the places to go to by the answer, counted on from this one. */
  record Block(int padding, Field field, Condition condition, int constant, int ifTrue, int ifFalse) {}

  @Provide
  Arbitrary<SeccompData> calls() {
    return Programs.calls();
  }

  @Provide
  Arbitrary<List<Block>> blocks() {
    Arbitrary<Integer> forward = Arbitraries.integers().between(1, PLACES - BLOCKS);
    Arbitrary<Integer> padding = Arbitraries.oneOf(Arbitraries.just(0), Arbitraries.integers().between(0, 300));
    return Combinators.combine(
            padding, Programs.fields(), Arbitraries.of(Condition.class), Programs.constants(), forward, forward)
        .as(Block::new)
        .list()
        .ofSize(BLOCKS);
  }

  @Property
  void jumpsLeadToTheirLabelsHoweverFar(@ForAll("calls") SeccompData call, @ForAll("blocks") List<Block> blocks) {
    Assembler assembler = new Assembler();
    List<Label> places = new ArrayList<>();
    for (int i = 0; i < PLACES; i++) {
      places.add(assembler.label("place " + i));
    }
    for (int i = 0; i < BLOCKS; i++) {
      Block block = blocks.get(i);
      assembler.bind(places.get(i));
      for (int j = 0; j < block.padding; j++) {
        assembler.and(0);
      }
      assembler.load(block.field);
      assembler.jumpIf(block.condition, block.constant, places.get(i + block.ifTrue), places.get(i + block.ifFalse));
    }
    for (int i = BLOCKS; i < PLACES; i++) {
      assembler.bind(places.get(i));
      assembler.ret(answer(i));
    }

    int at = 0;
    while (at < BLOCKS) {
      Block block = blocks.get(at);
      at += block.condition.holds(call.word(block.field), block.constant) ? block.ifTrue : block.ifFalse;
    }
    assertEquals(answer(at), Simulator.run(assembler.assemble(), call));
  }

  private static Action answer(int place) {
    return new Action.Fail(List.of(Errno.values()).get(place));
  }
}
