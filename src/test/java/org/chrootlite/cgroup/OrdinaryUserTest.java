package org.chrootlite.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.chrootlite.linux.Controller;
import org.chrootlite.model.Gap;
import org.chrootlite.store.OrdinaryUser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With version 1, as on this machine, an ordinary user has no groups unless root gives some away. */
class OrdinaryUserTest {
  private static final String RUN = "20261122T081500Z-ordinary";

  @TempDir Path directory;

  /** What root gives away stays when its user is gone: this test's own is removed. */
  private static void removeGivenAway() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
      String[] fields = line.split(" ", -1);
      if (fields[2].equals("cgroup")) {
        try (Stream<Path> all = Files.walk(Path.of(fields[1]))) {
          for (Path given : all.filter(path -> path.endsWith("user-" + OrdinaryUser.UID)).toList()) {
            new GroupDirectory(given).remove();
          }
        }
      }
    }
  }

  @Test
  void heIsRefusedAndToldWhatToRun() throws Exception {
    OrdinaryUser.run(directory, Refused.class);
  }

  /** The remedy itself, but that root needs no sudo here, and is not the user. */
  @Test
  void whenHeHasRunWhatHeWasToldHeHasGroups() throws Exception {
    Support.Groups support = assertInstanceOf(Support.Groups.class, ControlGroups.find().support());
    assertEquals(EnumSet.allOf(Controller.class), support.controllers());
    List<Path> parents = VersionOneParents.own();
    String remedy = Remedies.giveAway(parents);
    String command = remedy.substring(remedy.indexOf("for d in"));
    String first = "sudo() { \"$@\"; }\nid() { echo " + OrdinaryUser.UID + "; }\n" + command;
    try {
      OrdinaryUser.run(first, directory, Made.class);
    } finally {
      removeGivenAway();
    }
  }

  /** Runs as the user. */
  static final class Refused {
    private Refused() {}

    public static void main(String[] arguments) throws IOException {
      Path run = Files.createDirectory(Path.of(arguments[0], RUN));
      ControlGroups found = ControlGroups.find();
      Gap gap = assertInstanceOf(Support.None.class, found.support()).gap();
      assertEquals(new Attempt.Refused(gap), found.make(RUN, run, Bounds.NONE));
      assertEquals(4, gap.why().split("mkdir in /sys/fs/cgroup/[^;]*: Permission denied", -1).length - 1, gap.why());
      assertEquals("run in your shell, once: " + VersionOneParents.loop(), gap.remedy().replaceAll("; do sudo.*", ""));
      try (Stream<Path> left = Files.list(run)) {
        assertEquals(List.of(), left.toList());
      }
      System.out.println("passed");
    }
  }

  /** Runs as the user, where he has been given groups. */
  static final class Made {
    private Made() {}

    public static void main(String[] arguments) throws Exception {
      Path run = Files.createDirectory(Path.of(arguments[0], RUN));
      Group group = ControlGroupsTest.make(run, Bounds.NONE);
      assertEquals(EnumSet.allOf(Controller.class), group.support().controllers());
      Member member = Member.start(run, group, "trap '' TERM; sleep 55 & read x");
      Counters counters = group.read();
      assertTrue(counters.processes() >= 1 && counters.memory() > 0, counters.toString());
      group.close();
      assertEquals(128 + 9, member.process().waitFor());
      try (Stream<Path> left = Files.list(run)) {
        assertEquals(List.of(), left.toList());
      }
      System.out.println("passed");
    }
  }
}
