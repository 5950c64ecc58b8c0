package org.chrootlite.linux;

/** Numbers for mmap(2); {@code asm-generic/mman-common.h}, {@code asm-generic/mman.h}. */
public final class MemoryFlags {
  public static final long PROT_NONE = 0;
  public static final long PROT_READ = 1;
  public static final long PROT_WRITE = 2;
  public static final long PROT_EXEC = 4;

  public static final long MAP_PRIVATE = 0x02;
  public static final long MAP_FIXED = 0x10;
  public static final long MAP_ANONYMOUS = 0x20;
  public static final long MAP_NORESERVE = 0x4000;
  public static final long MAP_POPULATE = 0x8000;

  private MemoryFlags() {}
}
