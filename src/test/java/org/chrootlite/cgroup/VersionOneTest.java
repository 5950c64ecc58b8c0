package org.chrootlite.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.chrootlite.linux.Controller;
import org.chrootlite.model.Gap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What depends on where the caller is in the hierarchies of version 1. */
class VersionOneTest {
  private static final String RUN = "20261122T081500Z-one" + ProcessHandle.current().pid();
  private static final String NO_SWAP = "Filename Type Size Used Priority\n";

  @TempDir Path directory;

  private static String mounts() throws IOException {
    return Files.readString(Path.of("/proc/self/mountinfo"));
  }

  private static Gap none(String cgroup, String mountinfo) throws IOException {
    return assertInstanceOf(Support.None.class, ControlGroups.of(cgroup, mountinfo, NO_SWAP).support()).gap();
  }

  @Test
  void inAContainerTheyAreReadOnly() throws IOException {
    String root = "600 500 0:50 / / rw - overlay o rw\n613 600 0:52 / /sys/fs/cgroup rw - tmpfs t rw\n";
    Gap gap =
        none(
            "9:memory:/docker/8f2a\n4:cpu,cpuacct:/docker/8f2a\n3:pids:/docker/8f2a\n",
            root
                + "615 613 0:31 /docker/8f2a /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"
                + "617 613 0:33 /docker/8f2a /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
                + "620 613 0:36 /docker/8f2a /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids\n");
    assertEquals(
        "/sys/fs/cgroup/memory is mounted read-only; /sys/fs/cgroup/cpu,cpuacct is mounted read-only; "
            + "/sys/fs/cgroup/pids is mounted read-only",
        gap.why());
    assertEquals(Remedies.READ_ONLY, gap.remedy());
  }

  @Test
  void whatIsNotMountedCanBe() throws IOException {
    Gap gap = none("4:cpu,cpuacct:/\n", "600 500 0:50 / / rw - overlay o rw\n");
    assertEquals(
        "the hierarchy of cpu,cpuacct is not mounted; this kernel has no hierarchy of version 1 for memory,pids",
        gap.why());
    assertTrue(
        gap.remedy().startsWith(
            "mount it as root: mkdir -p /sys/fs/cgroup/cpu,cpuacct"
                + " && mount -t cgroup -o cpu,cpuacct cgroup /sys/fs/cgroup/cpu,cpuacct; "),
        gap.remedy());
  }

  private static Hierarchy hierarchy(String controller, Path own) throws IOException {
    Hierarchy found = Hierarchy.parse("1:" + controller + ":/\n", Mount.parse(mounts())).getFirst();
    return new Hierarchy(1, found.controllers(), found.mount(), Optional.of(own));
  }

  private Attempt make(String controller, Path own, Bounds bounds) throws IOException {
    Path run = Files.createDirectories(directory.resolve(RUN));
    return new VersionOne(List.of(hierarchy(controller, own)), false).make(run, bounds);
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> left = Files.list(directory.resolve(RUN))) {
      return left.toList();
    }
  }

  @Test
  void aGroupThatIsNotThereIsARefusalThatLeavesNothing() throws IOException {
    Path missing = Path.of("/sys/fs/cgroup/memory/not-there");
    Gap gap = assertInstanceOf(Attempt.Refused.class, make("memory", missing, Bounds.NONE)).gap();
    assertTrue(gap.why().startsWith("mkdir in " + missing + ": No such file or directory; "), gap.why());
    assertEquals(List.of(), left());
  }

  /** Root may write wherever it likes, and learns only by trying that there is nothing of groups in /proc. */
  @Test
  void whatTheKernelRefusesIsARefusalThatLeavesNothing() throws IOException {
    Gap gap = assertInstanceOf(Attempt.Refused.class, make("memory", Path.of("/proc"), Bounds.NONE)).gap();
    assertTrue(gap.why().endsWith("mkdir /proc/chroot-lite-" + RUN + ": No such file or directory"), gap.why());
    assertEquals(List.of(), left());
  }

  @Test
  void aGroupWithSomeControllersSaysWhyItHasNoOthers() throws IOException {
    Path run = Files.createDirectory(directory.resolve(RUN));
    ControlGroups found = ControlGroups.of("8:pids:/\n4:memory:/not-there\n", mounts(), NO_SWAP);
    try (Group group = assertInstanceOf(Attempt.Made.class, found.make(RUN, run, Bounds.NONE)).group()) {
      assertEquals(Set.of(Controller.PIDS), group.support().controllers());
      assertEquals(List.of("cgroup/pids/tasks"), group.support().entrances());
      String why = group.support().missing().orElseThrow().why();
      assertTrue(why.startsWith("mkdir in /sys/fs/cgroup/memory/not-there: No such file or directory; "), why);
      assertTrue(why.endsWith("no hierarchy of version 1 for cpu,cpuacct"), why);
      assertEquals(0, group.read().memory());
    }
  }

  @Test
  void swapIsAGapOnlyWhereTheHostSwapsAndDoesNotCountIt() {
    assertEquals(Optional.empty(), new VersionOne(List.of(), true).swapGap(true));
    assertEquals(Optional.empty(), new VersionOne(List.of(), false).swapGap(false));
    Gap gap = new VersionOne(List.of(), true).swapGap(false).orElseThrow();
    assertTrue(gap.remedy().contains("swapaccount=1"), gap.remedy());
  }

  /** The kernel would refuse a larger one: but what is above holds all the same. */
  @Test
  void aQuotaAboveThatIsSmallerHoldsInsteadOfOurs() throws IOException {
    Path above = Path.of("/sys/fs/cgroup/cpu/chroot-lite-test-" + ProcessHandle.current().pid());
    Files.createDirectory(above);
    try {
      new GroupDirectory(above).write("cpu.cfs_quota_us", "50000");
      assertEquals("-1", quota(above, 2_000));
      assertEquals("20000", quota(above, 200));
    } finally {
      Files.delete(above);
    }
  }

  private String quota(Path above, long millicpus) throws IOException {
    Bounds bounds = new Bounds(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(millicpus));
    try (Group group = assertInstanceOf(Attempt.Made.class, make("cpu", above, bounds)).group()) {
      assertEquals(Set.of(Controller.CPU), group.support().controllers());
      return Files.readString(directory.resolve(RUN).resolve("cgroup/cpu/cpu.cfs_quota_us")).strip();
    } finally {
      assertFalse(Files.exists(above.resolve("chroot-lite-" + RUN)));
    }
  }
}
