package org.chrootlite.linux;

/**
 * Numbers for openat2(2) and its relatives; {@code asm-generic/fcntl.h}, {@code linux/fcntl.h}, {@code
 * linux/openat2.h}.
 * Only those that x86-64 and aarch64 agree on: {@code O_NOFOLLOW} and {@code O_DIRECTORY} differ.
 */
public final class FileFlags {
  public static final long O_RDONLY = 0;
  public static final long O_WRONLY = 1;
  public static final long O_CREAT = 0100;
  public static final long O_EXCL = 0200;
  public static final long O_NOCTTY = 0400;
  public static final long O_APPEND = 02000;
  public static final long O_NONBLOCK = 04000;
  public static final long O_NOATIME = 01000000;
  public static final long O_CLOEXEC = 02000000;

  /** lseek(2): the offset is from where the file is. */
  public static final long SEEK_CUR = 1;


  public static final long O_PATH = 010000000;

  public static final long AT_FDCWD = -100;
  public static final long AT_SYMLINK_NOFOLLOW = 0x100;
  public static final long AT_NO_AUTOMOUNT = 0x800;
  public static final long AT_EMPTY_PATH = 0x1000;
  public static final long AT_RECURSIVE = 0x8000;

  public static final long RESOLVE_NO_SYMLINKS = 4;

  public static final long S_IFMT = 0170000;
  public static final long S_IFCHR = 0020000;
  public static final long S_IFDIR = 0040000;
  public static final long S_IFREG = 0100000;
  public static final long S_IFBLK = 0060000;
  public static final long S_IFIFO = 0010000;
  public static final long S_IFSOCK = 0140000;

  /** For close_range(2). */
  public static final long CLOSE_RANGE_CLOEXEC = 4;

  /** For fcntl(2), which answers EBADF for what is no pipe. */
  public static final long F_GETPIPE_SZ = 1032;

  /** For ioctl(2): how many bytes can be read. */
  public static final long FIONREAD = 0x541b;

  /** For tee(2). */
  public static final long SPLICE_F_NONBLOCK = 2;

  /** For memfd_create(2). */
  public static final long MFD_CLOEXEC = 1;

  public static final long MFD_ALLOW_SEALING = 2;

  /** For fcntl(2). */
  public static final long F_ADD_SEALS = 1033;

  /** {@code F_SEAL_SEAL}, {@code F_SEAL_SHRINK}, {@code F_SEAL_GROW} and {@code F_SEAL_WRITE}. */
  public static final long F_SEAL_ALL = 0xf;

  private FileFlags() {}
}
