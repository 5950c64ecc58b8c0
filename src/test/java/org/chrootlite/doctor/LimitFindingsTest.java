package org.chrootlite.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.compile.Means;
import org.chrootlite.compile.Powers;
import org.chrootlite.linux.Controller;
import org.chrootlite.model.Gap;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Rootfs;
import org.chrootlite.testing.Given;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;

class LimitFindingsTest {
  private static final Gap NO_PIDS = new Gap("the controller pids is not delegated", "delegate it");
  private static final Gap NO_SWAP = new Gap("swap is not accounted", "boot with swapaccount=1");
  private static final Gap COUNTS_ALL = new Gap("all your processes count", "use a newer kernel");

  private static String text(Powers powers) {
    StringBuilder text = new StringBuilder();
    for (Finding finding : LimitFindings.of(powers)) {
      text.append(finding.mark().word()).append("  ").append(finding.about()).append("  ").append(finding.detail());
      text.append(finding.gap().map(gap -> "  [" + gap + "]").orElse("")).append('\n');
    }
    return text.toString();
  }

  @Test
  void withoutControlGroupsLimitsAreSampledAndCpusAreNotKept() {
    Golden.assertMatches("doctor/limits-without-groups.txt", text(Given.NO_GROUP));
  }

  @Test
  void withControlGroupsTheKernelKeepsThem() {
    Golden.assertMatches("doctor/limits-with-groups.txt", text(Given.GROUP));
  }

  @Test
  void groupsThatLackSomethingDegradeWhatDependsOnIt() {
    Set<Controller> some = EnumSet.of(Controller.MEMORY, Controller.CPUACCT);
    Powers.Group group =
        new Powers.Group.Joined(Means.CGROUP_V2, some, Optional.of(NO_PIDS), Optional.of(NO_SWAP), List.of("x"));
    Golden.assertMatches("doctor/limits-with-gaps.txt", text(new Powers(group, Optional.of(COUNTS_ALL))));
  }

  /** What a job is told must be what runs of it report. */
  @Test
  void aJobsFindingsAreOfItsOwnLimitsOnly() {
    List<Finding> findings =
        LimitFindings.of(
            Enforcement.of(
                Given.sandboxes("name: box\nlimits: {cpus: 2, stack: 8MiB}\nscripts: {a: {run: 'true'}}\n")
                    .getFirst()
                    .limits(),
                Rootfs.Writes.DISCARD,
                Given.NO_GROUP));
    List<String> about = findings.stream().map(Finding::about).toList();
    assertEquals(true, about.containsAll(List.of("limits.cpus", "limits.stack")), about.toString());
    assertEquals(false, about.contains("limits." + LimitKind.MEMORY.key()), about.toString());
  }
}
