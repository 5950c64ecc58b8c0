package org.chrootlite.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.chrootlite.linux.Controller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real groups of this machine, which has version 1. */
class ControlGroupsTest {
  private static final long MIB = 1 << 20;

  @TempDir Path directory;

  private Path run(String id) throws IOException {
    return Files.createDirectory(directory.resolve("20261122T081500Z-" + ProcessHandle.current().pid() + id));
  }

  static Group make(Path run, Bounds bounds) throws IOException {
    Attempt attempt = ControlGroups.find().make(run.getFileName().toString(), run, bounds);
    return assertInstanceOf(Attempt.Made.class, attempt).group();
  }

  /** The groups that the links lead to. */
  private static List<Path> groups(Path run) throws IOException {
    List<Path> groups = new ArrayList<>();
    try (Stream<Path> links = Files.list(run.resolve(ControlGroups.LINKS))) {
      for (Path link : links.toList()) {
        groups.add(Files.readSymbolicLink(link));
      }
    }
    return groups;
  }

  private static void assertGone(List<Path> groups) {
    assertFalse(groups.isEmpty());
    for (Path group : groups) {
      assertFalse(Files.exists(group, LinkOption.NOFOLLOW_LINKS), group.toString());
    }
  }

  @Test
  void supportTellsWhatAGroupWillHave() throws IOException {
    ControlGroups found = ControlGroups.find();
    Support.Groups support = assertInstanceOf(Support.Groups.class, found.support());
    assertEquals(1, support.version());
    assertEquals(EnumSet.allOf(Controller.class), support.controllers());
    assertEquals(Optional.empty(), support.missing());
    assertEquals(Optional.empty(), support.swap());
    Path run = run("a");
    try (Group group = make(run, Bounds.NONE)) {
      assertEquals(support, group.support());
    }
  }

  @Test
  void aProcessJoinsByTheEntrancesAndIsInEveryGroup() throws IOException {
    Path run = run("a");
    List<Path> groups;
    try (Group group = make(run, Bounds.NONE)) {
      groups = groups(run);
      assertEquals(4, groups.size());
      assertEquals(0, group.read().processes());
      try (Member member = Member.start(run, group, "cat /proc/self/cgroup; read x")) {
        assertTrue(group.read().processes() >= 1);
        member.process().getOutputStream().close();
        String name = "/chroot-lite-" + run.getFileName();
        assertEquals(4, member.output().lines().filter(line -> line.endsWith(name)).count());
      }
    }
    assertGone(groups);
    assertFalse(Files.exists(run.resolve(ControlGroups.LINKS)));
  }

  @Test
  void anonymousMemoryCountsAndAnUnboundedGroupIsNotKilled() throws IOException {
    Path run = run("a");
    try (Group group = make(run, Bounds.NONE);
        Member member = Member.start(run, group, "x=$(head -c 50000000 /dev/zero | tr '\\0' x); echo full; read y")) {
      assertEquals('f', member.process().getInputStream().read());
      Counters counters = group.read();
      assertTrue(counters.memory() > 40 * MIB, counters.toString());
      assertTrue(counters.memory() < 400 * MIB, counters.toString());
      assertTrue(counters.shared() < 4 * MIB, counters.toString());
      assertEquals(0, counters.outOfMemoryKills());
      assertTrue(counters.cpuTime() > 1_000_000, counters.toString());
    }
  }

  @Test
  void theKernelKillsAtTheBoundOfMemoryAndSaysSo() throws IOException, InterruptedException {
    Path run = run("a");
    Bounds bounds = new Bounds(OptionalLong.of(32 * MIB), OptionalLong.empty(), OptionalLong.empty());
    try (Group group = make(run, bounds);
        Member member = Member.start(run, group, "head -c 100000000 /dev/zero | tail -c 100000000")) {
      assertEquals(128 + 9, member.process().waitFor());
      assertTrue(group.read().outOfMemoryKills() >= 1);
    }
  }

  @Test
  void boundsThatAreLargerThanWhatTheKernelKnowsAreNone() throws IOException {
    OptionalLong most = OptionalLong.of(Long.MAX_VALUE);
    Path run = run("a");
    try (Group group = make(run, new Bounds(most, most, most));
        Member member = Member.start(run, group, "(echo works)")) {
      assertEquals("works\n", member.output());
    }
  }

  @Test
  void theMostThatWasInUseIsKnownWhenAllIsGoneAndHasNoFilesOnDisksInIt() throws IOException, InterruptedException {
    Path run = run("a");
    String cached = "head -c 100000000 /dev/zero > " + run.resolve("cached");
    try (Group group = make(run, Bounds.NONE);
        Member member = Member.start(run, group, cached + "; head -c 50000000 /dev/zero | tail -c 50000000 | wc -c")) {
      assertEquals("50000000\n", member.output());
      assertEquals(0, member.process().waitFor());
      Counters counters = group.read();
      assertTrue(counters.memory() < 20 * MIB, counters.toString());
      assertTrue(counters.mostMemory() > 40 * MIB && counters.mostMemory() < 80 * MIB, counters.toString());
    }
  }

  @Test
  void filesInMemoryCountAsShared() throws IOException {
    Path file = Path.of("/dev/shm/chroot-lite-test-" + ProcessHandle.current().pid());
    Path run = run("a");
    try (Group group = make(run, Bounds.NONE);
        Member member = Member.start(run, group, "head -c 20000000 /dev/zero > " + file)) {
      assertEquals("", member.output());
      Counters counters = group.read();
      assertTrue(counters.shared() >= 19 * MIB && counters.shared() < 30 * MIB, counters.toString());
      assertTrue(counters.memory() < 10 * MIB, counters.toString());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Names of files that are not there: the kernel keeps them, and counts them as ours. */
  @Test
  void whatTheKernelOnlyKeepsIsGoneWhenTheCountersHaveSettled() throws IOException {
    Path run = run("a");
    try (Group group = make(run, Bounds.NONE);
        Member member = Member.start(run, group, "perl -e 'stat(\"/no-$$-$_\") for 1..100000'; echo; read x")) {
      assertEquals('\n', member.process().getInputStream().read());
      long before = group.read().memory();
      long settled = group.settle(MIB).memory();
      assertTrue(before > 8 * MIB && settled < before / 2, before + ", then " + settled);
    }
  }

  /** That takes long, and whoever takes memory goes on meanwhile. */
  @Test
  void nothingNeedsToBeGivenUpWhereAnonymousMemoryIsTooMuch() throws IOException {
    String hold = "x=$(head -c 50000000 /dev/zero | tr '\\0' x)";
    String names = "perl -e 'stat(\"/no-$$-$_\") for 1..100000'";
    Path run = run("a");
    try (Group group = make(run, Bounds.NONE);
        Member member = Member.start(run, group, hold + "; " + names + "; echo; read y")) {
      assertEquals('\n', member.process().getInputStream().read());
      long before = group.read().memory();
      long kept = group.settle(32 * MIB).memory();
      assertTrue(kept > before - 4 * MIB, before + ", then " + kept);
      long settled = group.settle(400 * MIB).memory();
      assertTrue(settled < before - 8 * MIB, before + ", then " + settled);
    }
  }

  @Test
  void theKernelRefusesProcessesBeyondTheBoundAndSaysSo() throws IOException, InterruptedException {
    Path run = run("a");
    Bounds bounds = new Bounds(OptionalLong.empty(), OptionalLong.of(3), OptionalLong.empty());
    try (Group group = make(run, bounds);
        Member member = Member.start(run, group, "sleep 9 & sleep 9 & echo two; sleep 9 & echo three; exit 0")) {
      assertEquals(2, member.process().waitFor()); // a shell that cannot fork
      Counters counters = group.read();
      assertTrue(counters.refusedForks() >= 1, counters.toString());
      assertTrue(counters.mostProcesses() <= 3, counters.toString());
    }
  }

  @Test
  void aQuotaSlowsDown() throws IOException, InterruptedException {
    Path run = run("a");
    Bounds bounds = new Bounds(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(100));
    try (Group group = make(run, bounds);
        Member member = Member.start(run, group, "while :; do :; done")) {
      assertFalse(member.process().waitFor(600, TimeUnit.MILLISECONDS));
      long used = group.read().cpuTime();
      // A tenth of 600 ms, and the period that has begun.
      assertTrue(used > 5_000_000 && used < 200_000_000, used + " ns");
    }
  }

  @Test
  void whateverIsLeftIsKilledWhenItIsClosed() throws IOException, InterruptedException {
    Path run = run("a");
    List<Path> groups;
    Member member;
    try (Group group = make(run, Bounds.NONE)) {
      groups = groups(run);
      String script = "trap '' TERM HUP INT; (trap '' TERM; sleep 77) & kill -STOP $! ; echo; read x";
      member = Member.start(run, group, script);
      assertEquals('\n', member.process().getInputStream().read());
      assertTrue(group.read().processes() >= 2);
    }
    assertGone(groups);
    assertTrue(member.process().waitFor(5, TimeUnit.SECONDS));
    assertEquals(128 + 9, member.process().exitValue());
  }

  @Test
  void whoIsInterruptedCleansUpAllTheSame() throws IOException {
    Path run = run("a");
    Group group = make(run, Bounds.NONE);
    List<Path> groups = groups(run);
    try (Member member = Member.start(run, group, "read x")) {
      assertTrue(member.process().isAlive());
      Thread.currentThread().interrupt();
      group.close();
      assertTrue(Thread.interrupted());
    }
    assertGone(groups);
  }

  @Test
  void whatADeadRunHasLeftIsFoundByItsLinks() throws IOException, InterruptedException {
    Path run = run("a");
    Group forgotten = make(run, Bounds.NONE);
    List<Path> groups = groups(run);
    try (Member member = Member.start(run, forgotten, "read x")) {
      ControlGroups.removeLeftOver(run);
      assertTrue(member.process().waitFor(5, TimeUnit.SECONDS));
    }
    assertGone(groups);
    assertFalse(Files.exists(run.resolve(ControlGroups.LINKS)));
  }

  @Test
  void groupsThatWereNeverMadeAreNoObstacle() throws IOException {
    Path run = run("a");
    ControlGroups.removeLeftOver(run);
    make(run, Bounds.NONE);
    List<Path> groups = groups(run);
    Files.delete(groups.get(1));
    Files.delete(groups.get(3));
    ControlGroups.removeLeftOver(run);
    assertGone(groups);
    assertFalse(Files.exists(run.resolve(ControlGroups.LINKS)));
    ControlGroups.removeLeftOver(run);
  }

  @Test
  void aLinkThatLeadsElsewhereIsNotFollowed() throws IOException {
    Path own = run("a");
    Path other = run("b");
    try (Group group = make(other, Bounds.NONE);
        Member member = Member.start(other, group, "read x")) {
      String name = "chroot-lite-" + own.getFileName();
      Path links = Files.createDirectory(own.resolve(ControlGroups.LINKS));
      Path outside = Files.createDirectory(directory.resolve(name));
      Path detour = Files.createSymbolicLink(directory.resolve("detour"), groups(other).getFirst().getParent());
      Path named = Files.createDirectory(groups(other).getFirst().resolveSibling(name));
      try {
        Files.createSymbolicLink(links.resolve("another-run's"), groups(other).getFirst());
        Files.createSymbolicLink(links.resolve("no-cgroup"), outside);
        Files.createSymbolicLink(links.resolve("by-a-link"), detour.resolve(name));
        Files.createSymbolicLink(links.resolve("by-dots"), named.resolve("..").resolve(name));
        Files.createSymbolicLink(links.resolve("relative"), Path.of(name));
        ControlGroups.removeLeftOver(own);
        assertTrue(Files.isDirectory(outside));
        assertTrue(Files.isDirectory(named), "only a straight path is ours");
      } finally {
        Files.delete(named);
        Files.delete(detour);
      }
      assertTrue(member.process().isAlive());
      assertEquals(1, group.read().processes());
    }
  }

  @Test
  void aGroupThatIsThereAlreadyIsNotTakenOver() throws IOException {
    Path run = run("a");
    Path twin = Files.createDirectories(directory.resolve("twin").resolve(run.getFileName().toString()));
    try (Group group = make(run, Bounds.NONE);
        Member member = Member.start(run, group, "read x")) {
      IOException failure = assertThrows(IOException.class, () -> make(twin, Bounds.NONE));
      assertTrue(String.valueOf(failure.getMessage()).contains("File exists"), failure.getMessage());
      assertTrue(member.process().isAlive());
      assertEquals(1, group.read().processes());
    }
    assertFalse(Files.exists(twin.resolve(ControlGroups.LINKS)));
  }

  @Test
  void manyRunsAtATimeDoNotDisturbEachOther() throws Exception {
    List<Callable<Long>> tasks = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Path run = run("-" + i);
      tasks.add(
          () -> {
            try (Group group = make(run, Bounds.NONE);
                Member member = Member.start(run, group, "read x")) {
              return member.process().isAlive() ? group.read().processes() : -1;
            }
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Long> each : threads.invokeAll(tasks)) {
        assertEquals(1L, each.get());
      }
    }
  }

  @Test
  void aRunIsNamedByItsDirectory() throws IOException {
    Path run = run("a");
    ControlGroups found = ControlGroups.find();
    assertThrows(IllegalArgumentException.class, () -> found.make("other", run, Bounds.NONE));
  }
}
