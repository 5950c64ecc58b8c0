package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.chrootlite.cgroup.Counters;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Verdict;

class JudgeProperties {
  /** Small numbers meet each other often, and large ones overflow. */
  private static Arbitrary<Long> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, 20), Arbitraries.longs().between(0, Long.MAX_VALUE));
  }

  @Provide
  Arbitrary<Limits> limits() {
    return Arbitraries.maps(Arbitraries.of(LimitKind.class), numbers())
        .map(
            values -> {
              List<Limit> all = new ArrayList<>();
              values.forEach((kind, value) -> all.add(new Limit(kind, value, Origin.ALWAYS)));
              return new Limits(all);
            });
  }

  @Provide
  Arbitrary<Observation> observations() {
    Arbitrary<Use> uses = Combinators.combine(numbers(), numbers(), numbers(), numbers(), numbers()).as(Use::new);
    Arbitrary<Counters> counters =
        Combinators.combine(numbers(), numbers(), numbers(), numbers())
            .as((most, time, kills, refusals) -> new Counters(0, 0, most, time, 0, 0, kills, refusals));
    Arbitrary<Excess> excesses =
        Combinators.combine(Arbitraries.of(LimitKind.MEMORY, LimitKind.CPU_TIME), numbers()).as(Excess::new);
    Arbitrary<LayerUse> layers =
        Combinators.combine(numbers(), numbers(), Arbitraries.just("a gap").optional()).as(LayerUse::new);
    return Combinators.combine(
            ends().optional(0.9),
            Arbitraries.frequency(Tuple.of(8, 0), Tuple.of(1, 1), Tuple.of(1, 2)),
            uses,
            excesses.optional(0.2),
            counters.optional(),
            layers.optional(0.2),
            Arbitraries.integers().between(0, 255))
        .as(
            (end, stop, use, excess, count, layer, exit) ->
                new Observation(
                    new Report(Optional.empty(), end, List.of()),
                    stop == 1,
                    stop == 2,
                    use,
                    excess,
                    Optional.empty(),
                    count,
                    layer,
                    exit));
  }

  private static Arbitrary<Report.End> ends() {
    Arbitrary<Integer> statuses =
        Arbitraries.oneOf(
            Arbitraries.just(0),
            Arbitraries.of(1, 9, 11, 24, 25),
            Arbitraries.of(1, 124, 137, 153).map(code -> code << 8));
    Arbitrary<Report.Scratch> scratches =
        Combinators.combine(numbers(), numbers(), numbers(), numbers()).as(Report.Scratch::new);
    return Combinators.combine(
            statuses, Arbitraries.of(true, false), numbers(), numbers(), numbers(), scratches)
        .as(Report.End::new);
  }

  @Provide
  Arbitrary<Clues> clues() {
    Arbitrary<Optional<Clues.Demand>> demands =
        Combinators.combine(numbers(), numbers(), numbers())
            .as((bytes, largest, available) -> new Clues.Demand("/bin/it", bytes, largest, available))
            .optional();
    Arbitrary<Optional<String>> files = Arbitraries.just("/data/out").optional();
    return Combinators.combine(demands, files, numbers()).as(FoundClues::new);
  }

  private static Optional<LimitKind> kind(Verdict verdict) {
    return switch (verdict) {
      case CPU_TIME_LIMIT -> Optional.of(LimitKind.CPU_TIME);
      case WALL_TIME_LIMIT -> Optional.of(LimitKind.WALL_TIME);
      case PROCESS_LIMIT -> Optional.of(LimitKind.PROCESSES);
      case OUTPUT_LIMIT -> Optional.of(LimitKind.OUTPUT);
      case FILE_SIZE_LIMIT -> Optional.of(LimitKind.FILE_SIZE);
      case DISK_LIMIT -> Optional.of(LimitKind.DISK);
      // Of the memory itself, or of the address space.
      case MEMORY_LIMIT, OK, FAILED, SIGNALED, NOT_FOUND, CANCELLED, SETUP_ERROR -> Optional.empty();
    };
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void theSameObservationHasTheSameVerdict(
      @ForAll("observations") Observation seen, @ForAll("limits") Limits limits, @ForAll("clues") Clues clues)
      throws IOException {
    assertEquals(Judge.judge(seen, limits, clues), Judge.judge(seen, limits, clues));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void noLimitIsBlamedThatIsNotSet(
      @ForAll("observations") Observation seen, @ForAll("limits") Limits limits, @ForAll("clues") Clues clues)
      throws IOException {
    Judgement judgement = Judge.judge(seen, limits, clues);
    if (judgement.verdict() == Verdict.MEMORY_LIMIT) {
      boolean isLimited =
          limits.get(LimitKind.MEMORY).isPresent() || limits.get(LimitKind.ADDRESS_SPACE).isPresent();
      assertTrue(isLimited, judgement.toString());
    }
    kind(judgement.verdict()).ifPresent(kind -> assertTrue(limits.get(kind).isPresent(), judgement.toString()));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void withoutLimitsOnlyTheScriptsOwnEndCounts(
      @ForAll("observations") Observation seen, @ForAll("clues") Clues clues) throws IOException {
    Judgement judgement = Judge.judge(seen, Limits.NONE, clues);
    Optional<Report.End> end = seen.report().end();
    Verdict expected =
        seen.cancelled()
            ? Verdict.CANCELLED
            : end.map(JudgeProperties::own).orElse(Verdict.SETUP_ERROR);
    assertEquals(expected, judgement.verdict());
  }

  private static Verdict own(Report.End end) {
    if (end.signal() != 0) {
      return Verdict.SIGNALED;
    }
    return end.exitCode() == 0 ? Verdict.OK : Verdict.FAILED;
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void whoeverIsBlamedTheScriptsOwnEndStaysVisible(
      @ForAll("observations") Observation seen, @ForAll("limits") Limits limits, @ForAll("clues") Clues clues)
      throws IOException {
    Judgement judgement = Judge.judge(seen, limits, clues);
    Optional<Report.End> end = seen.report().end();
    assertEquals(end.filter(one -> one.signal() == 0).map(Report.End::exitCode), judgement.exitCode());
    assertEquals(end.filter(one -> one.signal() != 0).isPresent(), judgement.signal().isPresent());
    assertTrue(judgement.code() >= 0 && judgement.code() <= 255, judgement.toString());
    assertEquals(judgement.verdict() == Verdict.OK, judgement.code() == 0 && end.isPresent(), judgement.toString());
  }
}
