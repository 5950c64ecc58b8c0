package org.chrootlite.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MountTest {
  @Test
  void optionalFieldsAreSkipped() {
    String line = "36 35 98:0 /mnt1 /mnt2 rw,noatime shared:7 master:1 - ext3 /dev/root rw,errors=continue";
    assertEquals(
        List.of(new Mount(36, 35, "/mnt1", Path.of("/mnt2"), false, "ext3", List.of("rw", "errors=continue"))),
        Mount.parse(line + "\n"));
  }

  @Test
  void octalsAreUnescapedAndNothingElse() {
    Mount mount = Mount.parse("1 0 0:1 /a\\040b\\134n /t\\011\\012\\134040\\9 rw - tmpfs t rw\n").getFirst();
    assertEquals("/a b\\n", mount.root());
    assertEquals(Path.of("/t\t\n\\040\\9"), mount.point());
  }

  @Test
  void namesThatAreNotAsciiAreKept() {
    assertEquals(Path.of("/é x"), Mount.parse("1 0 0:1 / /é\\040x rw - tmpfs t rw").getFirst().point());
  }

  @Test
  void aMountIsReadOnlyByItselfOrByItsFileSystem() {
    assertTrue(Mount.parse("1 0 0:1 / /a ro,nosuid - tmpfs t rw").getFirst().readOnly());
    assertTrue(Mount.parse("1 0 0:1 / /a rw - tmpfs t ro,size=1").getFirst().readOnly());
    assertFalse(Mount.parse("1 0 0:1 / /a rw,errors=remount-ro - tmpfs t rw").getFirst().readOnly());
  }

  @Test
  void linesThatAreCutShortAreOfNoUse() {
    String broken = "1 0 0:1 / /a rw - tmpfs\n\nx 0 0:1 / /a rw - tmpfs t rw\n1 0 0:1 / /a rw shared:1\n";
    String text = broken + "2 1 0:1 / /b rw - t t rw\n";
    assertEquals(List.of(Path.of("/b")), Mount.parse(text).stream().map(Mount::point).toList());
  }

  @Test
  void whatIsMountedOverIsNotVisible() {
    List<Mount> mounts =
        Mount.parse(
            """
            1 0 0:1 / / rw - ext4 d rw
            2 1 0:2 / /sys rw - sysfs s rw
            3 2 0:3 / /sys/fs/cgroup rw - tmpfs t rw
            4 3 0:4 / /sys/fs/cgroup/memory rw - cgroup c rw,memory
            5 3 0:5 / /sys/fs/cgroup rw - cgroup2 c rw
            6 1 0:4 / /mnt/old/memory rw - cgroup c rw,memory
            7 1 0:6 / /mnt rw - tmpfs t rw
            8 7 0:4 / /mnt/memory rw - cgroup c rw,memory
            """);
    List<Integer> visible = mounts.stream().filter(each -> each.isVisible(mounts)).map(Mount::id).toList();
    assertEquals(List.of(1, 2, 5, 7, 8), visible);
    assertEquals(Optional.of(5), Mount.of(Path.of("/sys/fs/cgroup/memory/x"), mounts).map(Mount::id));
    assertEquals(Optional.of(8), Mount.of(Path.of("/mnt/memory"), mounts).map(Mount::id));
    assertEquals(Optional.of(7), Mount.of(Path.of("/mnt/memory2"), mounts).map(Mount::id));
  }

  @Test
  void parentsInACircleEnd() {
    List<Mount> mounts = Mount.parse("1 2 0:1 / /a rw - t t rw\n2 1 0:1 / /b rw - t t rw\n");
    assertFalse(mounts.getFirst().isVisible(mounts));
  }
}
