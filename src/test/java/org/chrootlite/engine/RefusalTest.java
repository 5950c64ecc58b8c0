package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.compile.Means;
import org.chrootlite.model.Gap;
import org.chrootlite.model.LimitKind;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;

class RefusalTest {
  private static final Gap NO_GROUP = new Gap("there are no control groups", "mount them");
  private static final Gap NO_SWAP = new Gap("swap is not accounted", "boot with swapaccount=1");

  private static final Job JOB =
      Job.all(Given.sandboxes("name: box\nlimits: {cpus: 2}\nscripts: {hello: {run: 'true'}}\n")).getFirst();

  private static Map<LimitKind, Enforcement> enforced(Enforcement memory, Enforcement cpus) {
    Map<LimitKind, Enforcement> enforced = new LinkedHashMap<>();
    enforced.put(LimitKind.WALL_TIME, new Enforcement.Enforced(Means.TIMER));
    enforced.put(LimitKind.MEMORY, memory);
    enforced.put(LimitKind.CPUS, cpus);
    return enforced;
  }

  @Test
  void eachLimitThatDoesNotHoldIsNamedWithItsCauseItsRemedyAndItsLine() {
    Map<LimitKind, Enforcement> enforced =
        enforced(new Enforcement.Degraded(Means.CGROUP_V1, NO_SWAP), new Enforcement.Unsupported(NO_GROUP));
    String message = assertThrows(EngineException.class, () -> Refusal.check(JOB, enforced)).getMessage();
    assertEquals(
        """
        box/hello is refused, as this host cannot enforce all of its limits:
        limits.memory holds only in part here: swap is not accounted
          remedy: boot with swapaccount=1
        limits.cpus (FILE:4) does not hold here: there are no control groups
          remedy: mount them
        to run it without what is missing: --allow-degraded, or isolation: best-effort in the manifest""",
        String.valueOf(message).replaceAll("\\(/[^)]*:", "(FILE:"));
  }

  @Test
  void whatHoldsIsNotRefusedHoweverItIsKept() {
    for (Means means : Means.values()) {
      Enforcement held = new Enforcement.Enforced(means);
      assertDoesNotThrow(() -> Refusal.check(JOB, enforced(held, held)));
      assertEquals(List.of(), Shortfall.of(enforced(held, held)));
    }
  }
}
