package org.chrootlite.linux;

/** Numbers for mount(2), umount2(2), open_tree(2), move_mount(2), mount_setattr(2); {@code linux/mount.h}. */
public final class MountFlags {
  public static final long MS_RDONLY = 1;
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_BIND = 0x1000;
  public static final long MS_REC = 0x4000;
  public static final long MS_PRIVATE = 1 << 18;

  public static final long MNT_DETACH = 2;

  public static final long OPEN_TREE_CLONE = 1;
  public static final long OPEN_TREE_CLOEXEC = FileFlags.O_CLOEXEC;

  public static final long MOVE_MOUNT_F_EMPTY_PATH = 0x04;
  public static final long MOVE_MOUNT_T_EMPTY_PATH = 0x40;

  public static final long MOUNT_ATTR_RDONLY = 1;
  public static final long MOUNT_ATTR_NOSUID = 2;
  public static final long MOUNT_ATTR_NODEV = 4;
  public static final long MOUNT_ATTR_NOEXEC = 8;

  /** Since Linux 5.12; as the lower layer of an overlay since 5.19. */
  public static final long MOUNT_ATTR_IDMAP = 0x00100000;

  /** For fsopen(2), fsconfig(2) and fsmount(2); Linux 5.2. */
  public static final long FSOPEN_CLOEXEC = 1;

  public static final long FSCONFIG_CMD_CREATE = 6;
  public static final long FSMOUNT_CLOEXEC = 1;

  private MountFlags() {}
}
