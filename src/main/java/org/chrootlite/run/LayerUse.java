package org.chrootlite.run;

import java.util.Optional;

/**
 * What a kept layer holds.
 *
 * @param bytes that its file system has allocated for it: a hole of a file takes none
 * @param inodes files, directories and all else; one with several names counts once
 * @param gap why there may be more than that: something in it cannot be measured; empty where all was
 */
public record LayerUse(long bytes, long inodes, Optional<String> gap) {
  /** How many inodes go with a limit of so many bytes; as many as a file system in memory of that size has here. */
  public static long inodes(long bytes) {
    return bytes / 4096 + 64;
  }

  /** Whether it is certainly more than so many bytes, or the inodes that go with them. */
  boolean exceeds(long limit) {
    return bytes > limit || inodes > inodes(limit);
  }

  /** The same, and so many bytes and inodes more. */
  LayerUse plus(long moreBytes, long moreInodes) {
    return new LayerUse(bytes + moreBytes, inodes + moreInodes, gap);
  }
}
