package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.probe.Capacity;
import org.chrootlite.probe.Ended;
import org.chrootlite.probe.Finding;
import org.chrootlite.probe.LimitProbe;
import org.chrootlite.probe.LimitProbes;
import org.chrootlite.testing.Given;
import org.chrootlite.testing.UnderFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where nothing keeps a limit, its probes say so, and stop by themselves. */
final class UnlimitedProbeIT {
  private static final Sandbox SANDBOX =
      Given.sandboxes(
              """
              name: box
              limits:
                memory: 16MB
                addressSpace: 64MB
                cpuTime: 100ms
                wallTime: 100ms
                cpus: 0.1
                processes: 4
                openFiles: 16
                fileSize: 64KB
                output: 10KB
                disk: 1MiB
                stack: 1MiB
                coreSize: 4KB
              """)
          .getFirst();

  private static final Capacity CAPACITY = new Capacity(1L << 30, 2);

  /** What a probe is cut short after here, in place of 20 s. */
  private static final long PATIENCE = 400_000_000;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void aLimitThatNobodyKeepsDoesNotHold(LimitKind kind) throws Exception {
    List<LimitProbe> probes = LimitProbes.of(kind, SANDBOX, CAPACITY, UnderFilter.HOST);
    assertFalse(probes.isEmpty());
    ProbeJail jail = new ProbeJail(directory);
    for (LimitProbe probe : probes) {
      Ended ended = jail.run(SANDBOX, without(kind, probe.limits()), probe.executable(), UnaryOperator.identity());
      Finding.Tried tried = probe.judge(ended);
      assertFalse(tried.holds(), tried::toString);
      assertEquals(probe.what(), tried.what());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ADDRESS_SPACE", "WALL_TIME", "OPEN_FILES", "FILE_SIZE", "OUTPUT", "STACK", "CORE_SIZE"})
  void aLimitThatIsKeptByTheLauncherOrTheSupervisorHolds(LimitKind kind) throws Exception {
    ProbeJail jail = new ProbeJail(directory);
    for (LimitProbe probe : LimitProbes.of(kind, SANDBOX, CAPACITY, UnderFilter.HOST)) {
      Finding.Tried tried =
          probe.judge(jail.run(SANDBOX, probe.limits(), probe.executable(), UnaryOperator.identity()));
      assertTrue(tried.holds(), tried::toString);
    }
  }

  @Test
  void whatIsNotLimitedIsNotTried() {
    Sandbox unlimited = Given.sandboxes("name: box\n").getFirst();
    assertEquals(List.of(), LimitProbes.of(LimitKind.MEMORY, unlimited, CAPACITY, UnderFilter.HOST));
  }

  /** All limits but this one, and soon over: what is not ended by its limit would take its time. */
  private static Limits without(LimitKind kind, Limits limits) {
    List<Limit> others = new ArrayList<>(limits.all());
    others.removeIf(limit -> limit.kind() == kind || limit.kind() == LimitKind.WALL_TIME);
    others.add(new Limit(LimitKind.WALL_TIME, PATIENCE, Origin.ALWAYS));
    if (kind == LimitKind.CPU_TIME) {
      others.removeIf(limit -> limit.kind() == LimitKind.CPUS);
    }
    return new Limits(others);
  }
}
