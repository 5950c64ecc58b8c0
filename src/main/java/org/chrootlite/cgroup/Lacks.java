package org.chrootlite.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chrootlite.model.Gap;

/** Collects what groups lack, for one account of it all. */
final class Lacks {
  private final List<Gap> gaps = new ArrayList<>();

  void add(String why, String remedy) {
    gaps.add(new Gap(why, remedy));
  }

  void add(Gap gap) {
    gaps.add(gap);
  }

  boolean isEmpty() {
    return gaps.isEmpty();
  }

  /** All of them as one; empty where there are none. */
  Optional<Gap> gap() {
    List<String> whys = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    for (Gap gap : gaps) {
      if (!whys.contains(gap.why())) {
        whys.add(gap.why());
      }
      if (!remedies.contains(gap.remedy())) {
        remedies.add(gap.remedy());
      }
    }
    return gaps.isEmpty()
        ? Optional.empty()
        : Optional.of(new Gap(String.join("; ", whys), String.join("; ", remedies)));
  }
}
