package org.chrootlite.hostile;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Namespace;

/**
 * A part of a step that is left out, where a step does several things.
 *
 * @param name what is missing
 * @param change what it makes of a step
 */
record Weakening(String name, Subject subject, UnaryOperator<Step> change) {
  /** All that are tried. */
  static List<Weakening> all(boolean asRoot) {
    List<Weakening> all = new ArrayList<>();
    for (Namespace namespace : Namespace.values()) {
      // Without it pid 1, which kills all that it may, is a process of the host: one of a user that has no others.
      if (namespace != Namespace.PID || asRoot) {
        String name = "no " + namespace.name().toLowerCase(Locale.ROOT) + " namespace";
        all.add(new Weakening(name, Subject.EVERYTHING, step -> without(step, namespace)));
      }
    }
    all.add(new Weakening("what is taken read-only stays writable", Subject.EVERYTHING, Weakening::writable));
    all.add(new Weakening("no bound for what is written", Subject.EVERYTHING, Weakening::unbounded));
    all.add(new Weakening("another user", Subject.EVERYTHING, Weakening::anotherUser));
    all.add(new Weakening("root's files are nobody's", Subject.EVERYTHING, Weakening::unmapped));
    return asRoot ? all : all.subList(0, all.size() - 1);
  }

  private static Step without(Step step, Namespace namespace) {
    if (!(step instanceof Step.NewNamespaces all)) {
      return step;
    }
    EnumSet<Namespace> fewer = EnumSet.copyOf(all.namespaces());
    fewer.remove(namespace);
    return new Step.NewNamespaces(fewer, all.origin());
  }

  private static Step writable(Step step) {
    return step instanceof Step.TakeTree tree
        ? new Step.TakeTree(tree.tree(), tree.source(), false, tree.mapped(), tree.recursive(), tree.origin())
        : step;
  }

  private static Step unbounded(Step step) {
    return step instanceof Step.MountScratch scratch
        ? new Step.MountScratch(0, scratch.holdsRoot(), scratch.origin())
        : step;
  }

  private static Step anotherUser(Step step) {
    return step instanceof Step.MapUser map
        ? new Step.MapUser(map.uid() + 1, map.gid() + 1, map.hostUid(), map.hostGid(), map.origin())
        : step;
  }

  private static Step unmapped(Step step) {
    return step instanceof Step.TakeTree tree
        ? new Step.TakeTree(tree.tree(), tree.source(), tree.readOnly(), false, tree.recursive(), tree.origin())
        : step;
  }

  /** The plan with this part less. */
  JailPlan applied(JailPlan plan) {
    return new JailPlan(
        plan.outer().stream().map(change).toList(),
        plan.init().stream().map(change).toList(),
        plan.script().stream().map(change).toList());
  }
}
