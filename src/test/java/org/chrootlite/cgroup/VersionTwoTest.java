package org.chrootlite.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.chrootlite.linux.Controller;
import org.chrootlite.model.Gap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real groups of the hierarchy of version 2 that this machine has beside version 1, and which has no controllers. What
 * there is with controllers is tried in a virtual machine.
 */
class VersionTwoTest {
  private static final String RUN = "20261122T081500Z-two" + ProcessHandle.current().pid();

  @TempDir Path directory;

  /** As if there were no version 1. */
  private static ControlGroups found() throws IOException {
    StringBuilder mounts = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      if (!line.contains(" - cgroup ")) {
        mounts.append(line).append('\n');
      }
    }
    String own = "";
    for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
      own = line.startsWith("0::") ? line : own;
    }
    return ControlGroups.of(own, mounts.toString(), "Filename Type Size Used Priority\n");
  }

  private static Path only(Path run) throws IOException {
    try (Stream<Path> links = Files.list(run.resolve(ControlGroups.LINKS))) {
      List<Path> all = links.toList();
      assertEquals(List.of(run.resolve(ControlGroups.LINKS).resolve("unified")), all);
      return Files.readSymbolicLink(all.getFirst());
    }
  }

  private Group make(Path run) throws IOException {
    return assertInstanceOf(Attempt.Made.class, found().make(RUN, run, Bounds.NONE)).group();
  }

  @Test
  void withoutControllersItCountsTimeAndSaysWhatIsMissing() throws IOException {
    Support.Groups support = assertInstanceOf(Support.Groups.class, found().support());
    assertEquals(2, support.version());
    assertEquals(Set.of(Controller.CPUACCT), support.controllers());
    Gap missing = support.missing().orElseThrow();
    assertTrue(missing.why().contains("/cgroup.controllers has no memory, pids, cpu"), missing.why());
    assertTrue(missing.remedy().contains("cgroup_enable=memory"), missing.remedy());
    Path run = Files.createDirectory(directory.resolve(RUN));
    try (Group group = make(run)) {
      assertEquals(support, group.support());
    }
  }

  @Test
  void aProcessJoinsAndItsTimeIsCounted() throws IOException {
    Path run = Files.createDirectory(directory.resolve(RUN));
    Path made;
    String script = "cat /proc/self/cgroup; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done";
    try (Group group = make(run);
        Member member = Member.start(run, group, script)) {
      made = only(run);
      assertTrue(member.output().contains("0::/chroot-lite-" + RUN + "\n"));
      Counters counters = group.read();
      assertTrue(counters.cpuTime() > 1_000_000 && counters.cpuTime() < 5_000_000_000L, counters.toString());
      assertEquals(0, counters.memory());
    }
    assertFalse(Files.exists(made));
    assertFalse(Files.exists(run.resolve(ControlGroups.LINKS)));
  }

  @Test
  void whateverIsLeftIsKilled() throws IOException, InterruptedException {
    Path run = Files.createDirectory(directory.resolve(RUN));
    Path made;
    Member member;
    try (Group group = make(run)) {
      made = only(run);
      member = Member.start(run, group, "trap '' TERM; sleep 66 & kill -STOP $!; read x");
    }
    assertTrue(member.process().waitFor(5, TimeUnit.SECONDS));
    assertEquals(128 + 9, member.process().exitValue());
    assertFalse(Files.exists(made));
  }

  @Test
  void whatADeadRunHasLeftIsFoundByItsLink() throws IOException, InterruptedException {
    Path run = Files.createDirectory(directory.resolve(RUN));
    Group forgotten = make(run);
    Path made = only(run);
    try (Member member = Member.start(run, forgotten, "read x")) {
      ControlGroups.removeLeftOver(run);
      assertTrue(member.process().waitFor(5, TimeUnit.SECONDS));
    }
    assertFalse(Files.exists(made));
    assertFalse(Files.exists(run.resolve(ControlGroups.LINKS)));
  }

  private static Place place(String available, String enabled, boolean root, boolean occupied, boolean ours) {
    return new Place(Path.of("/x"), set(available), set(enabled), true, true, root, occupied, ours);
  }

  private static Set<Controller> set(String names) {
    Set<Controller> set = EnumSet.noneOf(Controller.class);
    for (String name : names.isEmpty() ? List.<String>of() : List.of(names.split(" "))) {
      set.add(Controller.valueOf(name));
    }
    return set;
  }

  @Test
  void controllersAreThoseThatAreEnabledAndThoseThatCanBe() {
    Set<Controller> all = EnumSet.allOf(Controller.class);
    assertEquals(all, place("MEMORY PIDS CPU", "", true, true, false).promises(false), "the root");
    assertEquals(all, place("MEMORY PIDS CPU", "", false, false, false).promises(false), "nobody there");
    assertEquals(set("CPUACCT PIDS"), place("MEMORY PIDS", "PIDS", false, true, false).promises(false), "occupied");
    assertEquals(set("CPUACCT"), place("MEMORY PIDS", "", false, true, true).promises(false), "nobody moved");
    assertEquals(set("CPUACCT MEMORY PIDS"), place("MEMORY PIDS", "", false, true, true).promises(true), "moved");
    assertEquals(set("CPUACCT"), place("MEMORY PIDS", "", false, true, false).promises(true), "not ours to move");
  }

  @Test
  void aReadOnlyMountIsRefusedWithTheOptionsOfContainerRuntimes() throws IOException {
    String mounts =
        "700 600 0:50 / / rw - overlay o rw\n702 700 0:24 / /sys/fs/cgroup ro - cgroup2 cgroup rw,nsdelegate\n";
    Support support = ControlGroups.of("0::/\n", mounts, "").support();
    Gap gap = assertInstanceOf(Support.None.class, support).gap();
    assertEquals("/sys/fs/cgroup is mounted read-only", gap.why());
    assertTrue(gap.remedy().contains("--security-opt writable-cgroups=true"), gap.remedy());
  }

  @Test
  void withoutAnyControlGroupsThatIsSaid() throws IOException {
    ControlGroups none = ControlGroups.of("", "1 0 8:1 / / rw - ext4 d rw\n", "");
    Gap gap = assertInstanceOf(Support.None.class, none.support()).gap();
    assertEquals("/proc/self/cgroup tells of no control groups", gap.why());
    assertEquals(new Attempt.Refused(gap), none.make(RUN, directory.resolve(RUN), Bounds.NONE));
    ControlGroups unmounted = ControlGroups.of("0::/\n", "1 0 8:1 / / rw - ext4 d rw\n", "");
    Gap other = assertInstanceOf(Support.None.class, unmounted.support()).gap();
    assertTrue(other.remedy().contains("mount -t cgroup2 none /sys/fs/cgroup"), other.remedy());
  }
}
