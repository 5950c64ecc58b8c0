package org.chrootlite.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Errno;
import org.chrootlite.model.Gap;
import org.chrootlite.run.HostSettings;
import org.chrootlite.run.Remedies;

/**
 * Finds out which parts of a jail work here: a plan is tried, and where a part fails that the others do not need, it is
 * tried again without. It decides only; who tries is a {@link Trial}.
 */
public final class JailExamination {
  /** No path of a program: it cannot be executed, by nobody, so that a plan which gets so far fails here. */
  private static final String DIRECTORY = "/";

  private static final Gap OWNERS_GAP =
      new Gap(
          "files that only root may read cannot be read in a sandbox: the kernel, or the file system of the state"
              + " directory, cannot map their owners",
          "make what is mounted readable for others (chmod o+r), or use Linux 5.19 or later with the state directory"
              + " on ext4, xfs or btrfs");

  private final Trial trial;
  private final HostSettings settings;
  private final Set<Feature> detached = EnumSet.noneOf(Feature.class);
  private final Map<Feature, List<Finding>> found = new EnumMap<>(Feature.class);

  private JailExamination(Trial trial, HostSettings settings) {
    this.trial = trial;
    this.settings = settings;
  }

  /**
   * Examines a plan.
   *
   * @param plan whose program is one of ours that ends at once
   * @param settings to tell causes apart that look alike; nothing else is decided by them
   */
  public static List<Finding> examine(JailPlan plan, Trial trial, HostSettings settings) throws IOException {
    return new JailExamination(trial, settings).examine(plan);
  }

  /**
   * What keeps a plan from being carried out; empty where nothing does. That its program cannot be executed is no
   * matter here.
   */
  public static Optional<Gap> obstacle(JailPlan plan, Trial trial, HostSettings settings) throws IOException {
    return switch (trial.attempt(plan)) {
      case Trial.Outcome.Reached reached -> Optional.empty();
      case Trial.Outcome.Broken(Gap gap) -> Optional.of(gap);
      case Trial.Outcome.Stopped stopped when stopped.step() instanceof Step.Execute -> Optional.empty();
      case Trial.Outcome.Stopped stopped -> Optional.of(gap(stopped, settings));
    };
  }

  private List<Finding> examine(JailPlan whole) throws IOException {
    while (true) {
      JailPlan plan = without(whole, detached);
      switch (trial.attempt(plan)) {
        case Trial.Outcome.Reached reached -> {
          return all(whole, whole.steps().size(), "");
        }
        case Trial.Outcome.Broken(Gap gap) -> {
          put(Feature.LAUNCHER, Finding.missing(Feature.LAUNCHER.about(), gap));
          return all(whole, 0, Feature.LAUNCHER.about());
        }
        case Trial.Outcome.Stopped stopped -> {
          Feature feature = Feature.of(stopped.step());
          if (!goesOn(whole, stopped, feature)) {
            return all(whole, whole.steps().indexOf(stopped.step()), feature.about());
          }
        }
      }
    }
  }

  /** Puts down what is missing; whether another trial can tell more. */
  private boolean goesOn(JailPlan whole, Trial.Outcome.Stopped stopped, Feature feature) throws IOException {
    boolean mapsOwners = has(whole, Feature.OWNERS) && !detached.contains(Feature.OWNERS);
    if (feature == Feature.ROOT && mapsOwners && passes(whole, feature)) {
      put(Feature.OWNERS, Finding.degraded(Feature.OWNERS.about(), "", OWNERS_GAP));
      return detached.add(Feature.OWNERS);
    }
    if (feature == Feature.EXECUTION) {
      // The program is its owner's alone. That it cannot be executed by others is what they can tell by.
      boolean isOwners = has(whole, Feature.OWNERS) && stopped.errno() == Errno.EACCES.number();
      if (isOwners && found.containsKey(Feature.OWNERS)) {
        return false;
      }
      put(
          isOwners ? Feature.OWNERS : feature,
          isOwners
              ? Finding.degraded(Feature.OWNERS.about(), "", OWNERS_GAP)
              : Finding.missing(feature.about(), gap(stopped, settings)));
      return false;
    }
    if (feature == Feature.NAMESPACES) {
      found.put(feature, namespaces(whole, stopped));
      return false;
    }
    put(feature, Finding.missing(feature.about(), gap(stopped, settings)));
    return feature.isDetachable() && detached.add(feature);
  }

  /** Whether a part works where files keep their owners. */
  private boolean passes(JailPlan whole, Feature feature) throws IOException {
    Set<Feature> less = EnumSet.of(Feature.OWNERS);
    less.addAll(detached);
    return !(trial.attempt(without(whole, less)) instanceof Trial.Outcome.Stopped again
        && Feature.of(again.step()) == feature);
  }

  private List<Finding> namespaces(JailPlan whole, Trial.Outcome.Stopped stopped) throws IOException {
    return new NamespaceExamination(trial, settings, without(whole, EnumSet.of(Feature.OWNERS))).examine(stopped);
  }

  private void put(Feature feature, Finding finding) {
    found.put(feature, List.of(finding));
  }

  /**
   * The findings about all that a plan has.
   *
   * @param passed how many of its steps were taken
   * @param obstacle what kept the others from being tried
   */
  private List<Finding> all(JailPlan plan, int passed, String obstacle) {
    List<Finding> all = new ArrayList<>();
    for (Feature feature : Feature.values()) {
      if (!has(plan, feature)) {
        continue;
      }
      List<Finding> known = found.get(feature);
      if (known != null) {
        all.addAll(known);
      } else if (lastStep(plan, feature) >= passed && !obstacle.equals(Feature.EXECUTION.about())) {
        all.add(Finding.untried(feature.about(), "not tried to the end without: " + obstacle));
      } else if (feature == Feature.NAMESPACES) {
        all.addAll(NamespaceExamination.allWork(plan));
      } else {
        all.add(Finding.ok(feature.about(), feature.detail()));
      }
    }
    return all;
  }

  private static int lastStep(JailPlan plan, Feature feature) {
    int last = -1;
    List<Step> steps = plan.steps();
    for (int i = 0; i < steps.size(); i++) {
      last = Feature.of(steps.get(i)) == feature ? i : last;
    }
    return last;
  }

  private static boolean has(JailPlan plan, Feature feature) {
    return lastStep(plan, feature) >= 0;
  }

  /** What a failed step tells, and what to do about it. */
  static Gap gap(Trial.Outcome.Stopped stopped, HostSettings settings) {
    String what = stopped.call() + ": " + Errno.describe(stopped.errno());
    Optional<Gap> known = Remedies.gap(stopped.step(), stopped.errno(), settings);
    return new Gap(
        known.map(gap -> what + ": " + gap.why()).orElse(what),
        known
            .map(Gap::remedy)
            .orElse("find out who refuses it: a security module, the filter of a container, or an old kernel"));
  }

  static JailPlan without(JailPlan plan, Set<Feature> features) {
    return new JailPlan(
        without(plan.outer(), features), without(plan.init(), features), without(plan.script(), features));
  }

  private static List<Step> without(List<Step> steps, Set<Feature> features) {
    List<Step> left = new ArrayList<>();
    for (Step step : steps) {
      if (features.contains(Feature.of(step))) {
        continue;
      }
      boolean keepsOwners = features.contains(Feature.OWNERS) && step instanceof Step.TakeTree;
      left.add(keepsOwners ? keepingOwners((Step.TakeTree) step) : step);
    }
    return left;
  }

  private static Step keepingOwners(Step.TakeTree take) {
    return new Step.TakeTree(take.tree(), take.source(), take.readOnly(), false, take.recursive(), take.origin());
  }

  /** The beginning of a plan up to a step, and then another in its place; it ends in failing to execute anything. */
  static JailPlan beginning(JailPlan plan, Step upTo, Step instead) {
    List<Step> steps = new ArrayList<>(plan.outer().subList(0, plan.outer().indexOf(upTo)));
    steps.add(instead);
    steps.add(new Step.Execute(List.of(DIRECTORY), List.of(DIRECTORY), new TreeMap<>(), instead.origin()));
    return new JailPlan(steps, List.of(), List.of());
  }
}
