package org.chrootlite.hostile;

import static org.chrootlite.compile.step.JailPlan.Actor.INIT;
import static org.chrootlite.compile.step.JailPlan.Actor.OUTER;
import static org.chrootlite.compile.step.JailPlan.Actor.SCRIPT;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.JailPlan.Actor;
import org.chrootlite.compile.step.Step;

/**
 * A step that stops nothing which another step does not stop too. It is there for the day on which the other one fails:
 * without that one the check holds, because of this one.
 *
 * @param first the steps that the attack meets before
 * @param leaks what the caller leaves open
 */
record SecondNet(One step, List<One> first, String check, List<Integer> leaks) {
  /** A step of one of the three processes. */
  record One(Actor actor, Class<? extends Step> type) {}

  private static final List<SecondNet> ALL =
      List.of(
          // If the filter let keyctl(2) through, or the kernel looked for a key by itself, as file encryption does.
          net(SCRIPT, Step.NewKeyring.class, "host-keys", new One(SCRIPT, Step.FilterSyscalls.class)),
          // If pid 1 could be read, as in CVE-2019-5736 and CVE-2024-21626.
          net(INIT, Step.CloseTrees.class, "pid-1-directories", new One(INIT, Step.MakeUndumpable.class)),
          // If a descriptor of the caller's were overlooked at the start.
          net(
              SCRIPT,
              Step.CloseOnExecute.class,
              "host-file-by-descriptor",
              new One(OUTER, Step.CloseDescriptors.class),
              new One(INIT, Step.CloseTrees.class)));

  private static SecondNet net(Actor actor, Class<? extends Step> type, String check, One... first) {
    // Not the first descriptor, which the status file must get.
    return new SecondNet(new One(actor, type), List.of(first), check, List.of(20));
  }

  /** The net that a step is. */
  static Optional<SecondNet> of(JailPlan plan, int index) {
    Step step = plan.steps().get(index);
    return ALL.stream()
        .filter(net -> net.step.actor == plan.actorOf(index) && net.step.type.isInstance(step))
        .findFirst();
  }

  /** The steps of a plan that come first. */
  Set<Integer> first(JailPlan plan) {
    Set<Integer> indexes = new TreeSet<>();
    List<Step> steps = plan.steps();
    for (int i = 0; i < steps.size(); i++) {
      for (One one : first) {
        if (one.actor == plan.actorOf(i) && one.type.isInstance(steps.get(i))) {
          indexes.add(i);
        }
      }
    }
    return indexes;
  }
}
