package org.chrootlite.plan;

import java.util.ArrayList;
import java.util.List;

/** Counts what a plan does. */
final class PlanSummary {
  private PlanSummary() {}

  /** Such as {@code 1 to create, 2 to update, 3 unchanged}, or {@code nothing to do: 3 unchanged}. */
  static String of(Plan plan) {
    int prepare = 0;
    int create = 0;
    int update = 0;
    int delete = 0;
    for (Action action : plan.actions()) {
      switch (action) {
        case Action.PrepareRootfs _ -> prepare++;
        case Action.Create _ -> create++;
        case Action.Update _ -> update++;
        case Action.Delete _ -> delete++;
      }
    }
    List<String> counts = new ArrayList<>();
    add(counts, prepare, " rootfs to prepare");
    add(counts, create, " to create");
    add(counts, update, " to update");
    add(counts, delete, " to delete");
    boolean nothing = counts.isEmpty();
    add(counts, plan.unchanged(), " unchanged");
    String all = String.join(", ", counts);
    int conflicts = plan.conflicts().size();
    if (conflicts > 0) {
      String found = conflicts == 1 ? "1 conflict" : conflicts + " conflicts";
      return found + ", so nothing is done" + (all.isEmpty() ? "" : " (" + all + ")");
    }
    return nothing ? "nothing to do" + (all.isEmpty() ? "" : ": " + all) : all;
  }

  private static void add(List<String> counts, int count, String what) {
    if (count > 0) {
      counts.add(count + what);
    }
  }
}
