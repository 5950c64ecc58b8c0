package org.chrootlite.cgroup;

import org.chrootlite.model.Gap;

/** What became of the wish for a group. */
public sealed interface Attempt {
  /** There is one. Whoever asked for it closes it. */
  record Made(Group group) implements Attempt {}

  /** There is none, and nothing is left of the attempt. */
  record Refused(Gap gap) implements Attempt {}
}
