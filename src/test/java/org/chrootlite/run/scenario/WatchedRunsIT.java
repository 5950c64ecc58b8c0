package org.chrootlite.run.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Verdict;
import org.chrootlite.run.Clues;
import org.chrootlite.run.Judge;
import org.chrootlite.run.Judgement;
import org.chrootlite.run.Observation;
import org.chrootlite.run.Usage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all processes of a run use together is limited, sampled or counted, and honest programs are left alone. */
final class WatchedRunsIT {
  private static final int SIGKILL = 9;

  @TempDir private static Path directory;
  private static Runs runs;

  @BeforeAll
  static void prepare() throws Exception {
    runs = new Runs(directory);
  }

  private static void assertEnded(LimitKind kind, Runs.Seen run) {
    Observation seen = run.observation();
    assertEquals(Optional.of(kind), seen.excess().map(excess -> excess.kind()), seen.toString());
    assertEquals(Optional.empty(), seen.unwatched());
    // Its init has ended all, and reported.
    assertEquals(SIGKILL, seen.report().end().orElseThrow().signal(), seen.toString());
  }

  private static void assertLeftAlone(Runs.Seen run) {
    Observation seen = run.observation();
    assertEquals(Optional.empty(), seen.excess(), seen.toString());
    assertEquals(Optional.empty(), seen.unwatched());
    assertEquals(0, seen.report().end().orElseThrow().status(), seen.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "processes, 24, 4", "named, 24, 4", "given-back, 200, 1", "trimmed, 400, 1", "handed-on, 90, 1", "headless, 24, 4",
    "blinding, 600, 5"
  })
  void memoryIsSampledWhoeverHasIt(String way, String mib, String times) throws Exception {
    assertEnded(LimitKind.MEMORY, runs.run("memory: 64MB", way, mib, times));
  }

  @ParameterizedTest
  @CsvSource({"processes, 10, 4", "copies, 40, 5", "vforks, 40, 20", "files, 30, 1"})
  void memoryThatOnlySeemsToBeThereDoesNotCount(String way, String mib, String times) throws Exception {
    Runs.Seen run = runs.run("memory: 64MB", way, mib, times);
    assertLeftAlone(run);
    assertTrue(run.observation().peak().memory() <= 64_000_000, run.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "relay, 1000, 100000", "relay, 30000, 1000", "threaded-relay, 2000, 50000", "waited-relay, 1000, 100000",
    "threads, 2000000, 4"
  })
  void cpuTimeIsSampledWhoeverUsesIt(String way, String microseconds, String times) throws Exception {
    assertEnded(LimitKind.CPU_TIME, runs.run("cpuTime: 300ms", way, microseconds, times));
  }

  @Test
  void aRelayThatIsWaitedForGetsAllOfItsTime() throws Exception {
    Runs.Seen run = runs.run("cpuTime: 2s", "waited-relay", "1000", "300");
    assertLeftAlone(run);
    assertTrue(Usage.of(run.observation()).cpuTime() >= 300_000_000L, run.toString());
  }

  @Test
  void aProgramThatMayOnlyBeExecutedIsSampledToo() throws Exception {
    Files.setPosixFilePermissions(runs.program(), PosixFilePermissions.fromString("--x--x--x"));
    try {
      assertEnded(LimitKind.MEMORY, runs.run("memory: 64MB", "processes", "24", "4"));
      assertEnded(LimitKind.MEMORY, runs.run("memory: 64MB", "given-back", "200"));
    } finally {
      Files.setPosixFilePermissions(runs.program(), PosixFilePermissions.fromString("r-xr-xr-x"));
    }
  }

  @Test
  void noCallHidesMemoryThatIsSampled() throws Exception {
    String missing = "memfd_create: ENOSYS\nshmget: ENOSYS\nsemget: ENOSYS\nmsgget: ENOSYS\nvmsplice: ENOSYS\n";
    assertEquals(missing, runs.run("memory: 64MB", "hidden").output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "memory: 64MB, cpuTime: 1s"})
  void whatIsUsedIsKnownWithAndWithoutLimits(String limits) throws Exception {
    Observation seen = runs.run(limits, "processes", "5", "3").observation();
    assertTrue(seen.peak().memory() > 15 << 20 && seen.peak().memory() < 20 << 20, seen.toString());
    assertEquals(4, seen.peak().processes());
    assertTrue(Usage.of(seen).cpuTime() > 0);
    assertTrue(Usage.of(runs.run(limits, "files", "9").observation()).written() >= 9 << 20);
  }

  @Test
  void memoryThatIsResidentIsToldFromThatWhichCounts() throws Exception {
    Runs.Seen run = runs.run("memory: 40MB", "mapped", "50");
    Judgement judgement = Judge.judge(run.observation(), run.limits(), Clues.NONE);
    assertEquals(Verdict.OK, judgement.verdict(), run.toString());
    Usage usage = Usage.of(run.observation());
    assertTrue(usage.maxMemory() >= 50 << 20 && usage.countedMemory() <= 40_000_000, usage.toString());
    String evidence = "files included (maxMemory); the limit is 40 MB, and ";
    assertTrue(judgement.evidence().contains(evidence), judgement.evidence());
  }

  /** Needs root, or a subtree that is ours. */
  @ParameterizedTest
  @CsvSource({
    "MEMORY, processes, 24, 4", "MEMORY, given-back, 200, 1", "MEMORY, trimmed, 200, 1", "MEMORY, handed-on, 90, 1",
    "MEMORY, files, 30, 80", "MEMORY, headless, 24, 4", "MEMORY, headless-files, 24, 4",
    "MEMORY, sockets, 90, 1", "CPU_TIME, relay, 1000, 100000",
    "CPU_TIME, threads, 2000000, 4"
  })
  void aGroupCountsAll(LimitKind kind, String way, String much, String times) throws Exception {
    assertEnded(kind, runs.runInGroup("memory: 64MB, cpuTime: 1s", way, much, times));
  }

  /** It is over before the first look. */
  @Test
  void aGroupTellsWhatNobodySaw() throws Exception {
    Runs.Seen run = runs.runInGroup("memory: 2MB", "gulp", "12");
    Judgement judgement = Judge.judge(run.observation(), run.limits(), Clues.NONE);
    assertEquals(Verdict.MEMORY_LIMIT, judgement.verdict(), run.toString());
  }

  @ParameterizedTest
  @CsvSource({"copies, 40, 5", "vforks, 40, 10", "files, 55, 1"})
  void aGroupTellsMemoryFromFiles(String way, String mib, String times) throws Exception {
    Runs.Seen run = runs.runInGroup("memory: 50MB, cpuTime: 5s", way, mib, times);
    assertLeftAlone(run);
    assertTrue(run.observation().counters().isPresent());
    assertTrue(Usage.of(run.observation()).processes() > 0);
  }
}
