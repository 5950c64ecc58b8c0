package org.chrootlite.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With what /proc/self/cgroup and /proc/self/mountinfo are on systems of many kinds. */
class HierarchyTest {
  private static final String SYSTEMD =
      """
      22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
      23 22 0:21 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
      """;

  /** One line each: version, controllers, own group, whether it is read-only. */
  private static List<String> found(String cgroup, String mountinfo) {
    List<String> lines = new ArrayList<>();
    for (Hierarchy each : Hierarchy.parse(cgroup, Mount.parse(mountinfo))) {
      StringBuilder line = new StringBuilder("v" + each.version());
      if (!each.controllers().isEmpty()) {
        line.append(' ').append(EnumSet.copyOf(each.controllers()));
      }
      String access = each.mount().map(mount -> mount.readOnly() ? " ro " : " rw ").orElse(" not mounted ");
      lines.add(line + access + each.own().map(Object::toString).orElse("?"));
    }
    return lines;
  }

  @Test
  void eachControllerOfVersionOneAlone() {
    String cgroup =
        """
        9:name=systemd:/
        8:pids:/
        7:blkio:/
        4:memory:/process_api/da32f339
        2:cpuacct:/
        1:cpu:/
        0::/
        """;
    String mountinfo =
        """
        23 27 0:22 / /sys rw,relatime - sysfs sysfs rw
        27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
        34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
        40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """;
    assertEquals(
        List.of(
            "v1 [PIDS] rw /sys/fs/cgroup/pids",
            "v1 [MEMORY] rw /sys/fs/cgroup/memory/process_api/da32f339",
            "v1 [CPUACCT] rw /sys/fs/cgroup/cpuacct",
            "v1 [CPU] rw /sys/fs/cgroup/cpu",
            "v2 rw /sys/fs/cgroup/unified"),
        found(cgroup, mountinfo));
  }

  @Test
  void hybridOfSystemd() {
    String cgroup =
        """
        12:cpu,cpuacct:/user.slice
        11:net_cls,net_prio:/
        9:memory:/user.slice/user-1000.slice/session-2.scope
        4:pids:/user.slice/user-1000.slice/session-2.scope
        1:name=systemd:/user.slice/user-1000.slice/session-2.scope
        0::/user.slice/user-1000.slice/session-2.scope
        """;
    String mountinfo =
        SYSTEMD
            + """
            29 23 0:25 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755
            30 29 0:26 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup2 rw
            31 29 0:27 / /sys/fs/cgroup/systemd rw,nosuid shared:11 - cgroup cgroup rw,xattr,name=systemd
            35 29 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec shared:16 - cgroup cgroup rw,cpu,cpuacct
            36 29 0:32 / /sys/fs/cgroup/net_cls,net_prio rw shared:17 - cgroup cgroup rw,net_cls,net_prio
            37 29 0:33 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec shared:18 - cgroup cgroup rw,memory
            40 29 0:36 / /sys/fs/cgroup/pids rw,nosuid,nodev,noexec shared:21 - cgroup cgroup rw,pids
            """;
    String session = "/user.slice/user-1000.slice/session-2.scope";
    assertEquals(
        List.of(
            "v1 [CPU, CPUACCT] rw /sys/fs/cgroup/cpu,cpuacct/user.slice",
            "v1 [MEMORY] rw /sys/fs/cgroup/memory" + session,
            "v1 [PIDS] rw /sys/fs/cgroup/pids" + session,
            "v2 rw /sys/fs/cgroup/unified" + session),
        found(cgroup, mountinfo));
  }

  private static final String UNIFIED =
      SYSTEMD
          + "28 23 0:24 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2"
          + " rw,nsdelegate,memory_recursiveprot\n";

  @Test
  void unifiedOfSystemd() {
    assertEquals(List.of("v2 rw /sys/fs/cgroup"), found("0::/\n", UNIFIED));
    String session = "/user.slice/user-0.slice/session-1.scope";
    assertEquals(List.of("v2 rw /sys/fs/cgroup" + session), found("0::" + session + "\n", UNIFIED));
    String scope = "/user.slice/user-1000.slice/user@1000.service/app.slice/run-r5\\x2d1.scope";
    assertEquals(List.of("v2 rw /sys/fs/cgroup" + scope), found("0::" + scope + "\n", UNIFIED));
  }

  @Test
  void aGroupThatWasRemovedUnderUsIsNoPlace() {
    assertEquals(List.of("v2 rw ?"), found("0::/user.slice/old.scope (deleted)\n", UNIFIED));
  }

  @Test
  void dockerWithVersionOneMountsItsOwnGroupReadOnly() {
    String cgroup = "9:memory:/docker/8f2a\n4:cpu,cpuacct:/docker/8f2a\n3:pids:/docker/8f2a\n0::/d.service\n";
    String mountinfo =
        """
        600 500 0:50 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/l
        612 600 0:51 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
        613 612 0:52 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755
        615 613 0:31 /docker/8f2a /sys/fs/cgroup/cpu,cpuacct ro,nosuid master:16 - cgroup cgroup rw,cpu,cpuacct
        617 613 0:33 /docker/8f2a /sys/fs/cgroup/memory ro,nosuid master:18 - cgroup cgroup rw,memory
        620 613 0:36 /docker/8f2a /sys/fs/cgroup/pids ro,nosuid master:21 - cgroup cgroup rw,pids
        """;
    assertEquals(
        List.of(
            "v1 [MEMORY] ro /sys/fs/cgroup/memory",
            "v1 [CPU, CPUACCT] ro /sys/fs/cgroup/cpu,cpuacct",
            "v1 [PIDS] ro /sys/fs/cgroup/pids",
            "v2 not mounted ?"),
        found(cgroup, mountinfo));
  }

  @Test
  void dockerWithVersionTwo() {
    String root = "700 600 0:50 / / rw - overlay overlay rw\n701 700 0:51 / /sys ro - sysfs sysfs ro\n";
    String own = root + "702 701 0:24 / /sys/fs/cgroup ro,nosuid,nodev,noexec - cgroup2 cgroup rw,nsdelegate\n";
    assertEquals(List.of("v2 ro /sys/fs/cgroup"), found("0::/\n", own));
    String host = "0::/system.slice/docker-8f2a.scope\n";
    assertEquals(List.of("v2 ro /sys/fs/cgroup/system.slice/docker-8f2a.scope"), found(host, own));
  }

  @Test
  void podmanWithVersionTwoInSystemdMode() {
    String mountinfo =
        """
        800 1 0:50 / / rw - overlay o rw
        801 800 0:51 / /sys rw - sysfs sysfs rw
        802 801 0:24 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,nsdelegate
        """;
    assertEquals(List.of("v2 rw /sys/fs/cgroup"), found("0::/\n", mountinfo));
  }

  /** Nothing tells what our group is called in a mount whose root is outside of our cgroup namespace. */
  @Test
  void aMountFromOutsideOfOurNamespaceDoesNotShowUs() {
    String outside = SYSTEMD + "28 23 0:24 /../../.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
    assertEquals(List.of("v2 rw ?"), found("0::/\n", outside));
    String inside = outside + "29 22 0:24 / /run/cgroup rw - cgroup2 cgroup2 rw\n";
    assertEquals(List.of("v2 rw /run/cgroup"), found("0::/\n", inside));
    assertEquals(List.of("v2 rw ?"), found("0::/../other\n", inside));
  }

  @Test
  void lxcWithVersionOneInANamespaceOfItsOwn() {
    String cgroup = "6:memory:/\n5:pids:/\n4:cpu,cpuacct:/\n1:name=systemd:/init.scope\n0::/init.scope\n";
    String mountinfo =
        """
        500 400 0:60 / / rw,relatime - zfs rpool/c1 rw
        510 500 0:61 / /sys ro,relatime - sysfs sysfs rw
        520 510 0:62 / /sys/fs/cgroup rw,nosuid,nodev,noexec - tmpfs none rw,mode=755,uid=1000000
        521 520 0:33 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime - cgroup memory rw,memory
        522 520 0:36 / /sys/fs/cgroup/pids rw,nosuid,nodev,noexec,relatime - cgroup pids rw,pids
        523 520 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cpu,cpuacct rw,cpu,cpuacct
        """;
    assertEquals(
        List.of(
            "v1 [MEMORY] rw /sys/fs/cgroup/memory",
            "v1 [PIDS] rw /sys/fs/cgroup/pids",
            "v1 [CPU, CPUACCT] rw /sys/fs/cgroup/cpu,cpuacct",
            "v2 not mounted ?"),
        found(cgroup, mountinfo));
  }

  @Test
  void wsl() {
    String cgroup = "14:misc:/\n10:pids:/\n4:memory:/\n3:cpuacct:/\n2:cpu:/\n0::/\n";
    String mountinfo =
        """
        70 60 8:32 / / rw,relatime - ext4 /dev/sdc rw
        81 70 0:21 / /sys rw,nosuid,nodev,noexec,noatime shared:16 - sysfs sysfs rw
        90 81 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755
        91 90 0:27 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,nsdelegate
        93 90 0:29 / /sys/fs/cgroup/cpu rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,cpu
        94 90 0:30 / /sys/fs/cgroup/cpuacct rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,cpuacct
        96 90 0:32 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,memory
        99 90 0:35 / /sys/fs/cgroup/pids rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,pids
        """;
    assertEquals(
        List.of(
            "v1 [PIDS] rw /sys/fs/cgroup/pids",
            "v1 [MEMORY] rw /sys/fs/cgroup/memory",
            "v1 [CPUACCT] rw /sys/fs/cgroup/cpuacct",
            "v1 [CPU] rw /sys/fs/cgroup/cpu",
            "v2 rw /sys/fs/cgroup/unified"),
        found(cgroup, mountinfo));
  }

  @Test
  void noneAtAll() {
    assertEquals(List.of(), found("", SYSTEMD));
    assertEquals(List.of(), found("nonsense\n1:memory\n", UNIFIED));
    assertEquals(List.of("v1 [MEMORY] not mounted ?"), found("3:memory:/a\n", SYSTEMD));
  }

  @Test
  void ofSeveralMountsTheOneThatShowsUsAndIsWritable() {
    String cgroup = "3:memory:/a/b c\n";
    String base = SYSTEMD + "24 22 0:9 / /mnt rw - tmpfs t rw\n";
    String whole = "30 24 0:33 / /mnt/ro ro - cgroup c rw,memory\n";
    String other = "31 24 0:33 /x /mnt/x rw - cgroup c rw,memory\n";
    String part = "32 24 0:33 /a/b\\040c /mnt/part rw - cgroup c rw,memory\n";
    String above = "33 24 0:33 /a /mnt/above rw - cgroup c rw,memory\n";
    String similar = "34 24 0:33 /a/b /mnt/similar rw - cgroup c rw,memory\n";
    assertEquals(List.of("v1 [MEMORY] ro /mnt/ro/a/b c"), found(cgroup, base + other + whole + similar));
    assertEquals(List.of("v1 [MEMORY] rw /mnt/part"), found(cgroup, base + whole + other + part));
    assertEquals(List.of("v1 [MEMORY] rw /mnt/above/b c"), found(cgroup, base + part + above + whole));
  }
}
