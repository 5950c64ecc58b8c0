package org.chrootlite.compile;

import static org.chrootlite.compile.Lowering.value;
import static org.chrootlite.compile.MountLowering.contents;
import static org.chrootlite.compile.MountLowering.path;
import static org.chrootlite.linux.FileFlags.AT_EMPTY_PATH;
import static org.chrootlite.linux.FileFlags.AT_FDCWD;
import static org.chrootlite.linux.MountFlags.MOUNT_ATTR_NOEXEC;
import static org.chrootlite.linux.MountFlags.MOUNT_ATTR_NOSUID;
import static org.chrootlite.linux.MountFlags.MOUNT_ATTR_RDONLY;
import static org.chrootlite.linux.MountFlags.MS_NOEXEC;
import static org.chrootlite.linux.MountFlags.MS_NOSUID;

import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.MountFlags;
import org.chrootlite.linux.Syscall;

/** The steps that make /dev. */
final class DeviceLowering {
  private static final Value NULL = value(0);
  private static final Value HERE = value(AT_FDCWD);

  /** Where the run's own device nodes are until each is in its place. */
  private static final String NODES = "nodes";

  private final Lowering lowering;
  private final ProgramBuilder code;
  private final MountLowering mounts;

  DeviceLowering(Lowering lowering, MountLowering mounts) {
    this.lowering = lowering;
    this.code = lowering.code;
    this.mounts = mounts;
  }

  /**
   * The file system is not attached to any place: root is in the host's mount namespace here. Where root may make no
   * devices, in a container for one, it stays empty.
   */
  void makeNodes(Step.NewDeviceNodes step) {
    code.run(Syscall.UMASK, value(0));
    code.call(Syscall.FSOPEN, path("tmpfs"), value(MountFlags.FSOPEN_CLOEXEC)).into(Cells.FILE).emit();
    Value file = Value.contentsOf(Cells.FILE);
    code.run(Syscall.FSCONFIG, file, value(MountFlags.FSCONFIG_CMD_CREATE), NULL, NULL, NULL);
    Value attributes = value(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
    code.call(Syscall.FSMOUNT, file, value(MountFlags.FSMOUNT_CLOEXEC), attributes).into(Cells.of(step.tree())).emit();
    code.run(Syscall.CLOSE, file);
    step.devices()
        .forEach(
            (name, number) -> {
              Value mode = value(FileFlags.S_IFCHR | 0666);
              ProgramBuilder.Call make =
                  code.call(Syscall.MKNODAT, contents(step.tree()), path(name), mode, value(number));
              lowering.tolerating(make, Target.NEXT, Errno.EPERM);
            });
  }

  void devices(Step.NewDevices step) {
    mounts.makeDirectory("dev", 0755);
    if (step.nodes().isPresent()) {
      mounts.makeDirectory(NODES, 0755);
      mounts.move(step.nodes().get(), NODES, 0);
    }
    for (String device : step.devices()) {
      code.run(Syscall.MKNODAT, HERE, path("dev/" + device), value(FileFlags.S_IFREG | 0666), value(0));
      if (step.nodes().isPresent()) {
        holdOwn(device);
      } else {
        mounts.hold(HERE, "/dev/" + device, tree(device), 0);
      }
      // A device takes what is written to it all the same; but the times of its inode stay as they are.
      Value attributes = Lowering.words(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0, 0, 0);
      Value flags = value(AT_EMPTY_PATH);
      code.run(Syscall.MOUNT_SETATTR, contents(tree(device)), path(""), flags, attributes, value(32));
    }
    mounts.makeDirectory("dev/pts", 0755);
    mounts.makeDirectory("dev/shm", 01777);
    link("pts/ptmx", "dev/ptmx");
    link("/proc/self/fd", "dev/fd");
    link("/proc/self/fd/0", "dev/stdin");
    link("/proc/self/fd/1", "dev/stdout");
    link("/proc/self/fd/2", "dev/stderr");
    mounts.hold(HERE, "dev", step.tree(), 0);
  }

  /** The host's where there is no node of the run's own. */
  private void holdOwn(String device) {
    Target.Label check = code.freshLabel("check");
    Target.Label shared = code.freshLabel("shared");
    Target.Label held = code.freshLabel("held");
    Value how = value(MountFlags.OPEN_TREE_CLONE | MountFlags.OPEN_TREE_CLOEXEC);
    code.call(Syscall.OPEN_TREE, HERE, path(NODES + "/" + device), how)
        .into(Cells.of(tree(device)))
        .onError(check)
        .when(0, held)
        .otherwise(held)
        .emit();
    code.place(check);
    lowering.whenErrorIs(Errno.ENOENT, shared, Lowering.FAIL);
    code.place(shared);
    mounts.hold(HERE, "/dev/" + device, tree(device), 0);
    code.place(held);
  }

  /** In their place only, because a tree with mounts in it would be copied with all of them. */
  void mountDevices(Step.MountDevices step) {
    mounts.mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620");
    for (String device : step.devices()) {
      mounts.move(tree(device), "/dev/" + device, 0);
    }
  }

  private void link(String content, String path) {
    code.run(Syscall.SYMLINKAT, path(content), HERE, path(path));
  }

  private static Tree tree(String device) {
    return new Tree("dev/" + device);
  }
}
