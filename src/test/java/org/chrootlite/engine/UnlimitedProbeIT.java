package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Verdict;
import org.chrootlite.probe.Capacity;
import org.chrootlite.probe.Ended;
import org.chrootlite.probe.Guarantee;
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

  private static final long SECOND = 1_000_000_000L;

  /** What a probe is cut short after here, in place of 20 s. */
  private static final long PATIENCE = 400_000_000;

  private static final UnaryOperator<JailPlan> UNLIMITED = ProbeJail.without(Set.of(Step.SetLimit.class));

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"WALL_TIME", "CPUS"})
  void aLimitThatNobodyKeepsDoesNotHold(LimitKind kind) throws Exception {
    List<LimitProbe> probes = LimitProbes.of(kind, SANDBOX, CAPACITY, UnderFilter.HOST);
    assertFalse(probes.isEmpty());
    ProbeJail jail = new ProbeJail(directory);
    for (LimitProbe probe : probes) {
      Ended ended = jail.run(SANDBOX, without(kind, probe.limits()), probe.executable(), UNLIMITED);
      Guarantee.Tried tried = probe.judge(ended);
      assertFalse(tried.holds(), tried::toString);
      assertEquals(probe.what(), tried.what());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ADDRESS_SPACE", "WALL_TIME", "OPEN_FILES", "FILE_SIZE", "OUTPUT", "STACK", "CORE_SIZE"})
  void aLimitThatIsKeptByTheLauncherOrTheSupervisorHolds(LimitKind kind) throws Exception {
    ProbeJail jail = new ProbeJail(directory);
    for (LimitProbe probe : LimitProbes.of(kind, SANDBOX, CAPACITY, UnderFilter.HOST)) {
      Guarantee.Tried tried =
          probe.judge(jail.run(SANDBOX, probe.limits(), probe.executable(), UnaryOperator.identity()));
      assertTrue(tried.holds(), tried::toString);
    }
  }

  /** How they end where nobody keeps them depends on how busy the machine is, or takes long. */
  @Test
  void timeThatWasNotLimitedIsTold() {
    LimitProbe cpus = only(LimitKind.CPUS);
    assertFalse(cpus.judge(ended(Verdict.WALL_TIME_LIMIT, SECOND, SECOND)).holds());
    assertTrue(cpus.judge(ended(Verdict.WALL_TIME_LIMIT, SECOND, SECOND / 10)).holds());
    assertFalse(cpus.judge(ended(Verdict.SETUP_ERROR, 0, 0)).holds(), "it did not run");
    LimitProbe wallTime = only(LimitKind.WALL_TIME);
    assertFalse(wallTime.judge(ended(Verdict.FAILED, 60 * SECOND, 0)).holds());
    assertFalse(wallTime.judge(ended(Verdict.WALL_TIME_LIMIT, 20 * SECOND, 0)).holds(), "far too late");
    assertTrue(wallTime.judge(ended(Verdict.WALL_TIME_LIMIT, SECOND / 10, 0)).holds());
  }

  private static LimitProbe only(LimitKind kind) {
    List<LimitProbe> probes = LimitProbes.of(kind, SANDBOX, CAPACITY, UnderFilter.HOST);
    assertEquals(1, probes.size());
    return probes.getFirst();
  }

  private static Ended ended(Verdict verdict, long wallTime, long cpuTime) {
    return new Ended(verdict, Optional.empty(), Optional.empty(), "seen", wallTime, cpuTime, new byte[0], 0);
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
    return new Limits(others);
  }
}
