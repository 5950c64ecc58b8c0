package org.chrootlite.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Namespace;
import org.chrootlite.run.HostSettings;

/** Finds out which kinds of namespaces there can be, where not all can be had at once. */
final class NamespaceExamination {
  private final Trial trial;
  private final HostSettings settings;
  private final JailPlan plan;

  /**
   * For a host.
   *
   * @param plan one that makes namespaces
   */
  NamespaceExamination(Trial trial, HostSettings settings, JailPlan plan) {
    this.trial = trial;
    this.settings = settings;
    this.plan = plan;
  }

  /** The findings where all is well. */
  static List<Finding> allWork(JailPlan plan) {
    List<Finding> all = new ArrayList<>();
    for (Namespace kind : namespaces(plan).namespaces()) {
      all.add(works(kind));
    }
    return all;
  }

  private static Finding works(Namespace kind) {
    return Finding.ok(about(kind), detail(kind));
  }

  private static String about(Namespace kind) {
    return kind.label() + " namespace";
  }

  private static String detail(Namespace kind) {
    return switch (kind) {
      case USER -> "made without privileges; holds no right outside";
      case MOUNT -> "of its own file systems";
      case PID -> "of its own processes, which end with their pid 1";
      case IPC -> "of its own System V objects and message queues";
      case UTS -> "of its own host name";
      case CGROUP -> "of its own view of control groups";
      case NETWORK -> "of its own network, with nothing but a loopback";
    };
  }

  private static Step.NewNamespaces namespaces(JailPlan plan) {
    for (Step step : plan.outer()) {
      if (step instanceof Step.NewNamespaces found) {
        return found;
      }
    }
    throw new IllegalArgumentException("the plan makes no namespaces");
  }

  /** Tries each kind on its own. */
  List<Finding> examine(Trial.Outcome.Stopped stopped) throws IOException {
    List<Finding> findings = new ArrayList<>();
    Step.NewNamespaces wanted = namespaces(plan);
    if (!(stopped.step() instanceof Step.NewNamespaces) || !isMade(EnumSet.of(Namespace.USER), findings)) {
      if (findings.isEmpty()) {
        findings.add(missing(Namespace.USER, stopped));
      }
      for (Namespace kind : wanted.namespaces()) {
        if (kind != Namespace.USER) {
          findings.add(Finding.untried(about(kind), "not tried without a " + about(Namespace.USER)));
        }
      }
      return findings;
    }
    findings.add(works(Namespace.USER));
    boolean allMade = true;
    for (Namespace kind : wanted.namespaces()) {
      if (kind != Namespace.USER) {
        boolean isMade = isMade(EnumSet.of(Namespace.USER, kind), findings);
        allMade &= isMade;
        if (isMade) {
          findings.add(works(kind));
        }
      }
    }
    if (allMade) {
      // Only together they are refused.
      findings.set(0, missing(Namespace.USER, stopped));
    }
    return findings;
  }

  /** Whether these can be made; puts down why not. */
  private boolean isMade(Set<Namespace> kinds, List<Finding> findings) throws IOException {
    Step.NewNamespaces wanted = namespaces(plan);
    Step.NewNamespaces some = new Step.NewNamespaces(kinds, wanted.origin());
    Trial.Outcome outcome = trial.attempt(JailExamination.beginning(plan, wanted, some));
    if (outcome instanceof Trial.Outcome.Stopped again && again.step() instanceof Step.NewNamespaces) {
      Namespace last = kinds.size() == 1 ? Namespace.USER : kinds.stream().toList().getLast();
      findings.add(missing(last, again));
      return false;
    }
    return true;
  }

  private Finding missing(Namespace kind, Trial.Outcome.Stopped stopped) {
    return Finding.missing(about(kind), JailExamination.gap(stopped, settings));
  }
}
