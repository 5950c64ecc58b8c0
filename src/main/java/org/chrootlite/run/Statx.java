package org.chrootlite.run;

/** Where things are in a {@code struct statx}, and which of them are asked for; see statx(2). */
final class Statx {
  static final int SIZE = 256;

  /** {@code STATX_BASIC_STATS} and, since Linux 5.8, {@code STATX_MNT_ID}. */
  static final long MASK = 0x17ff;

  static final long LINKS = 16;
  static final long MODE = 28;
  static final long INODE = 32;
  static final long BLOCKS = 48;
  static final long MOUNT = 144;

  /** What a number of blocks counts, whatever the file system's own are. */
  static final long BLOCK = 512;

  private Statx() {}
}
