package org.chrootlite.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static Limit limit(LimitKind kind, long value) {
    return new Limit(kind, value, Origin.ALWAYS);
  }

  private static final Limit MEMORY = limit(LimitKind.MEMORY, 1);
  private static final Limit MORE_MEMORY = limit(LimitKind.MEMORY, 2);
  private static final Limit OUTPUT = limit(LimitKind.OUTPUT, 3);

  @Test
  void limitsAreInTheOrderOfTheirKinds() {
    assertEquals(List.of(MEMORY, OUTPUT), new Limits(List.of(OUTPUT, MEMORY)).all());
    assertEquals(new Limits(List.of(OUTPUT, MEMORY)), new Limits(List.of(MEMORY, OUTPUT)));
  }

  @Test
  void ofTwoOfOneKindTheLaterHolds() {
    assertEquals(List.of(MORE_MEMORY), new Limits(List.of(MEMORY, MORE_MEMORY)).all());
  }

  @Test
  void whatIsNotSetIsNotThere() {
    assertEquals(Optional.of(OUTPUT), new Limits(List.of(OUTPUT)).get(LimitKind.OUTPUT));
    assertEquals(Optional.empty(), new Limits(List.of(OUTPUT)).get(LimitKind.DISK));
    assertEquals(Optional.empty(), Limits.NONE.get(LimitKind.MEMORY));
  }

  @Test
  void overridingReplacesOneByOne() {
    Limits base = new Limits(List.of(MEMORY, OUTPUT));
    assertEquals(List.of(MORE_MEMORY, OUTPUT), base.with(new Limits(List.of(MORE_MEMORY))).all());
    assertEquals(base, base.with(Limits.NONE));
    assertEquals(base, Limits.NONE.with(base));
  }

  @Test
  void eachKindHasTheKeyOfTheManifestAndAUnit() {
    assertEquals(
        "memory addressSpace cpuTime wallTime cpus processes openFiles fileSize output disk stack coreSize",
        String.join(" ", Stream.of(LimitKind.values()).map(LimitKind::key).toList()));
    assertEquals("1.5 CPUs", LimitKind.CPUS.unit().describe(1500));
    assertEquals("64", LimitKind.OPEN_FILES.unit().describe(64));
    assertEquals("30 s", LimitKind.WALL_TIME.unit().describe(30_000_000_000L));
    assertEquals("16 MB", LimitKind.DISK.unit().describe(16_000_000));
  }
}
