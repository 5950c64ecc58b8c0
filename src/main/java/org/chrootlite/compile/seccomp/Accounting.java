package org.chrootlite.compile.seccomp;

/** Who counts the memory that all processes of a run use together. */
public enum Accounting {
  /** The kernel, in a control group; or nobody, where it is not limited. */
  KERNEL,
  /** We do, process by process: see {@link Policy}. */
  SAMPLED
}
