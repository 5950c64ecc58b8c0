package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.cgroup.Counters;
import org.chrootlite.cgroup.Group;
import org.chrootlite.cgroup.Support;
import org.chrootlite.compile.Launcher;
import org.chrootlite.linux.Controller;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;

/** This process stands in for a launcher that has no script yet. */
class GroupMeterTest {
  private static final Launcher LAUNCHER = Given.launcher("name: box\nscripts: {hello: {command: [/bin/true]}}\n");
  private static final long MIB = 1 << 20;

  private static Group group(Set<Controller> controllers, Counters counters) {
    return group(controllers, counters, counters);
  }

  private static Group group(Set<Controller> controllers, Counters counters, Counters settled) {
    return new Group() {
      @Override
      public Support.Groups support() {
        return new Support.Groups(1, controllers, Optional.empty(), Optional.empty(), List.of());
      }

      @Override
      public Counters read() {
        return counters;
      }

      @Override
      public Counters settle(long memory) {
        return settled;
      }

      @Override
      public void close() {}
    };
  }

  private static Use look(Group group, Optional<Meter> others) throws Exception {
    ScratchUse scratch = new ScratchUse(LAUNCHER.plan());
    try (GroupMeter meter = new GroupMeter(group, ProcessHandle.current().pid(), scratch, others)) {
      return meter.look();
    }
  }

  @Test
  void ourOwnProcessesDoNotCount() throws Exception {
    Group group = group(EnumSet.allOf(Controller.class), new Counters(9 * MIB, 0, 0, 77, 5, 6, 0, 0));
    assertTrue(GroupMeter.countsAll(group));
    assertEquals(new Use(9 * MIB - (256 << 10), 77, 3, 0, 0), look(group, Optional.empty()));
    Group empty = group(EnumSet.allOf(Controller.class), new Counters(4096, 0, 0, 0, 1, 1, 0, 0));
    assertEquals(Use.NONE, look(empty, Optional.empty()));
  }

  @Test
  void whatTheKernelWouldGiveUpDoesNotCountAtASecondLook() throws Exception {
    Counters before = new Counters(90 * MIB, 0, 0, 77, 2, 2, 0, 0);
    Counters after = new Counters(5 * MIB, 0, 0, 78, 2, 2, 0, 0);
    ScratchUse scratch = new ScratchUse(LAUNCHER.plan());
    Group group = group(EnumSet.allOf(Controller.class), before, after);
    try (GroupMeter meter = new GroupMeter(group, ProcessHandle.current().pid(), scratch, Optional.empty())) {
      assertEquals(90 * MIB - (256 << 10), meter.look().memory());
      assertEquals(5 * MIB - (256 << 10), meter.lookAgain(MIB).memory());
    }
  }

  @Test
  void sharedMemoryCountsOnlyWhenItIsKnownWhatFilesTakeOfIt() throws Exception {
    Group group = group(EnumSet.allOf(Controller.class), new Counters(MIB, 50 * MIB, 0, 0, 2, 2, 0, 0));
    assertEquals(MIB - (256 << 10), look(group, Optional.empty()).memory());
  }

  @Test
  void whatTheGroupDoesNotCountIsSampled() throws Exception {
    Meter sampled =
        new Meter() {
          @Override
          public Use look() {
            return new Use(1, 2, 3, 4, 0);
          }

          @Override
          public void close() {}
        };
    Counters counters = new Counters(9 * MIB, 0, 0, 77, 5, 6, 0, 0);
    Group cpu = group(EnumSet.of(Controller.CPUACCT), counters);
    assertFalse(GroupMeter.countsAll(cpu));
    assertEquals(new Use(1, 77, 3, 0, 0), look(cpu, Optional.of(sampled)));
    Group memory = group(EnumSet.of(Controller.MEMORY, Controller.PIDS), counters);
    assertFalse(GroupMeter.countsAll(memory));
    assertEquals(new Use(9 * MIB - (256 << 10), 2, 3, 0, 0), look(memory, Optional.of(sampled)));
  }
}
