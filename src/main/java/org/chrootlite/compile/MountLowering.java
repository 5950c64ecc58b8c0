package org.chrootlite.compile;

import static org.chrootlite.compile.Lowering.value;
import static org.chrootlite.linux.FileFlags.AT_EMPTY_PATH;
import static org.chrootlite.linux.FileFlags.AT_FDCWD;
import static org.chrootlite.linux.FileFlags.AT_RECURSIVE;
import static org.chrootlite.linux.MountFlags.MOUNT_ATTR_NODEV;
import static org.chrootlite.linux.MountFlags.MOUNT_ATTR_NOSUID;
import static org.chrootlite.linux.MountFlags.MOUNT_ATTR_RDONLY;
import static org.chrootlite.linux.MountFlags.MS_BIND;
import static org.chrootlite.linux.MountFlags.MS_NODEV;
import static org.chrootlite.linux.MountFlags.MS_NOEXEC;
import static org.chrootlite.linux.MountFlags.MS_NOSUID;
import static org.chrootlite.linux.MountFlags.MS_PRIVATE;
import static org.chrootlite.linux.MountFlags.MS_RDONLY;
import static org.chrootlite.linux.MountFlags.MS_REC;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.MountFlags;
import org.chrootlite.linux.Syscall;

/**
 * The steps about files and mounts.
 *
 * <p>Before the pivot all paths but those of what is taken from the host are relative to the scratch memory, which
 * holds nothing but what we made. After it, paths are the sandbox's own: whatever links its rootfs has, they cannot
 * lead out.
 */
final class MountLowering {
  private static final Value NULL = value(0);
  private static final Value HERE = value(AT_FDCWD);

  private final Lowering lowering;
  private final ProgramBuilder code;

  /** Whether the places of overlays are there. */
  private boolean hasOverlays;

  MountLowering(Lowering lowering) {
    this.lowering = lowering;
    this.code = lowering.code;
  }

  void makePrivate() {
    code.run(Syscall.MOUNT, NULL, path("/"), NULL, value(MS_REC | MS_PRIVATE), NULL);
  }

  void take(Step.TakeTree step) {
    open(step.source().toString()).emit();
    hold(file(), "", step.tree(), (step.recursive() ? AT_RECURSIVE : 0) | AT_EMPTY_PATH);
    code.run(Syscall.CLOSE, file());
    long readOnly = step.readOnly() ? MOUNT_ATTR_RDONLY : 0;
    long attributes = readOnly | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    setAttributes(contents(step.tree()), "", AT_EMPTY_PATH | AT_RECURSIVE, attributes);
    if (step.mapped()) {
      mapOwners(step.tree());
    }
  }

  /** A file system that cannot do it, or that is not root's, stays as it is: its files are then nobody's. */
  private void mapOwners(Tree tree) {
    Target.Label check = code.freshLabel("check");
    Target.Label done = code.freshLabel("done");
    code.set(Cells.MAPPED.at(0), MountFlags.MOUNT_ATTR_IDMAP);
    code.copy32(Cells.OWNER_MAP.at(0), Cells.MAPPED.at(24));
    Value flags = value(AT_EMPTY_PATH | AT_RECURSIVE);
    code.call(Syscall.MOUNT_SETATTR, contents(tree), path(""), flags, Value.addressOf(Cells.MAPPED), value(32))
        .onError(check)
        .when(0, done)
        .otherwise(done)
        .emit();
    code.place(check);
    lowering.whenErrorIs(Errno.EINVAL, done, Target.NEXT);
    lowering.whenErrorIs(Errno.EPERM, done, Lowering.FAIL);
    code.place(done);
  }

  void scratch(Step.MountScratch step) {
    code.run(Syscall.UMASK, value(0));
    mount("tmpfs", "jail", "tmpfs", MS_NOSUID | MS_NODEV, tmpfsOptions(step.size(), 0755));
    code.run(Syscall.CHDIR, path("jail"));
  }

  void directory(Step.NewDirectory step) {
    makeDirectory(step.tree().name(), step.mode());
    hold(HERE, step.tree().name(), step.tree(), 0);
  }

  void tmpfs(Step.NewTmpfs step) {
    makeDirectory(step.tree().name(), 0755);
    mount("tmpfs", step.tree().name(), "tmpfs", MS_NOSUID | MS_NODEV, tmpfsOptions(step.size(), step.mode()));
    hold(HERE, step.tree().name(), step.tree(), 0);
  }

  void root(Step.MountRoot step) {
    makeDirectory("lower", 0755);
    makeDirectory("root", 0755);
    move(step.rootfs(), "lower", 0);
    // All names are ours, so no colon or comma of a host path can add an option or a layer.
    String layers = step.layer().map(layer -> keptLayer(step, layer)).orElseGet(() -> newLayer(step));
    mount("overlay", "root", "overlay", MS_NOSUID | MS_NODEV, layers + ",userxattr");
  }

  private String newLayer(Step.MountRoot step) {
    makeDirectory("upper", 0755);
    makeDirectory("overlay", 0755);
    step.parents().forEach(parent -> own(parent, "upper"));
    return "lowerdir=lower,upperdir=upper,workdir=overlay";
  }

  /**
   * What earlier runs left in the upper directory is theirs: links, files in place of directories, anything. So nothing
   * is looked up or made in there before it is the root and no link leads out of it; what we make lies below it.
   *
   * <p>The rootfs may change between runs, as long as the kernel keeps no book on what lies below: no index, no inode
   * numbers made of it; see "Changes to underlying filesystems" in Documentation/filesystems/overlayfs.rst.
   */
  private String keptLayer(Step.MountRoot step, Tree layer) {
    makeDirectory("layer", 0755);
    makeDirectory("points", 0755);
    move(layer, "layer", 0);
    expectDirectory("layer/upper");
    expectDirectory("layer/work");
    step.parents().forEach(parent -> own(parent, "points"));
    return "lowerdir=points:lower,upperdir=layer/upper,workdir=layer/work,index=off,xino=off";
  }

  /** The kernel would follow a link here, out into the host. */
  private void expectDirectory(String path) {
    open(path + "/").emit();
    code.run(Syscall.CLOSE, file());
  }

  /** Where no link leads, be it one that was just put in the way; with a slash at the end, only a directory. */
  private ProgramBuilder.Call open(String path) {
    Value how = Lowering.words(FileFlags.O_PATH | FileFlags.O_CLOEXEC, 0, FileFlags.RESOLVE_NO_SYMLINKS);
    return code.call(Syscall.OPENAT2, HERE, path(path), how, value(24)).into(Cells.FILE);
  }

  void bindRoot(Step.BindRoot step) {
    makeDirectory("lower", 0755);
    makeDirectory("empty", 0755);
    makeDirectory("root", 0755);
    move(step.rootfs(), "lower", 0);
    mount("overlay", "root", "overlay", MS_RDONLY | MS_NOSUID | MS_NODEV, "lowerdir=lower:empty,userxattr");
  }

  /**
   * A single lower layer would not be taken, hence the empty one. All overlays are mounted at the same place, one on
   * top of the other, and so are the trees below them: the scratch memory has as many inodes as the disk limit allows,
   * and they are the script's.
   */
  void overlay(Step.OverlayTree step) {
    if (!hasOverlays) {
      List.of("source", "nothing", "overlaid").forEach(name -> makeDirectory(name, 0755));
      hasOverlays = true;
    }
    move(step.lower(), "source", 0);
    long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | (step.noExec() ? MS_NOEXEC : 0);
    mount("overlay", "overlaid", "overlay", flags, "lowerdir=source:nothing,userxattr");
    if (step.file().isPresent()) {
      open("overlaid/" + step.file().get()).emit();
      hold(file(), "", step.tree(), AT_EMPTY_PATH);
      code.run(Syscall.CLOSE, file());
    } else {
      hold(HERE, "overlaid", step.tree(), 0);
    }
  }

  /**
   * Makes a directory in a layer of ours, where the rootfs has it too or has nothing. What is no directory stays: of
   * links it is decided when the root is complete, and they cannot lead out any more.
   */
  private void own(String directory, String layer) {
    Target.Label check = code.freshLabel("check");
    Target.Label make = code.freshLabel("make");
    Target.Label leave = code.freshLabel("leave");
    open("lower" + directory + "/").onError(check).emit();
    code.run(Syscall.CLOSE, file());
    code.jump(make);
    code.place(check);
    lowering.whenErrorIs(Errno.ENOENT, make, Target.NEXT);
    lowering.whenErrorIs(Errno.ELOOP, leave, Target.NEXT);
    lowering.whenErrorIs(Errno.ENOTDIR, leave, Lowering.FAIL);
    code.place(make);
    code.run(Syscall.MKDIRAT, HERE, path(layer + directory), value(0755));
    code.place(leave);
  }

  void proc(Tree tree) {
    makeDirectory("proc", 0755);
    mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "");
    hold(HERE, "proc", tree, 0);
  }

  void hideProcFile(String name) {
    ProgramBuilder.Call cover = mountCall(path("/dev/null"), path("/proc/" + name), NULL, MS_BIND, NULL);
    lowering.tolerating(cover, Target.NEXT, Errno.ENOENT);
  }

  void hideProcDirectory(String name) {
    long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
    Value options = path(tmpfsOptions(4096, 0555));
    ProgramBuilder.Call cover = mountCall(path("tmpfs"), path("/proc/" + name), path("tmpfs"), flags, options);
    lowering.tolerating(cover, Target.NEXT, Errno.ENOENT);
  }

  void freezeProc(String name) {
    Value place = path("/proc/" + name);
    Target.Label absent = code.freshLabel("absent");
    lowering.tolerating(mountCall(place, place, NULL, MS_BIND, NULL), absent, Errno.ENOENT);
    setAttributes(HERE, "/proc/" + name, 0, MOUNT_ATTR_RDONLY);
    code.place(absent);
  }

  void placeScript(Step.PlaceScript step) {
    String directory = step.tree().name();
    makeDirectory(directory, 0755);
    // A page more than the content: a file of no bytes needs room for its name.
    long size = ((step.content().size() + 4095L) & -4096) + 4096;
    mount("tmpfs", directory, "tmpfs", MS_NOSUID | MS_NODEV, tmpfsOptions(size, 0755));
    create(directory + "/" + step.name(), 0555, new Datum.Bytes(step.content().bytes()));
    hold(HERE, directory, step.tree(), 0);
  }

  void makeReadOnly(Tree tree) {
    setAttributes(contents(tree), "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY);
  }

  void pivot() {
    code.run(Syscall.CHDIR, path("root"));
    // Both arguments may be the same: the old root is then mounted on top, and goes first. See pivot_root(2).
    code.run(Syscall.PIVOT_ROOT, path("."), path("."));
    code.run(Syscall.UMOUNT2, path("."), value(MountFlags.MNT_DETACH));
    code.run(Syscall.CHDIR, path("/"));
  }

  void writeFile(Step.WriteFile step) {
    makeParents(step.path());
    ProgramBuilder.Call unlink = code.call(Syscall.UNLINKAT, HERE, path(step.path()), value(0));
    lowering.tolerating(unlink, Target.NEXT, Errno.ENOENT);
    create(step.path(), 0644, new Datum.Bytes(step.content().getBytes(StandardCharsets.UTF_8)));
  }

  void makeRootReadOnly() {
    setAttributes(HERE, "/", 0, MOUNT_ATTR_RDONLY);
  }

  /**
   * By a file without a name, since all of the scratch memory is one file system, and /dev is the part of it that each
   * sandbox has. Not by a directory: from one a way leads on.
   */
  void holdScratch() {
    Value file = path("/dev/held");
    Value flags = value(FileFlags.O_WRONLY | FileFlags.O_CREAT | FileFlags.O_EXCL | FileFlags.O_CLOEXEC);
    code.call(Syscall.OPENAT, HERE, file, flags, value(0)).into(Cells.SCRATCH).emit();
    code.run(Syscall.UNLINKAT, HERE, file, value(0));
  }

  void measureScratch() {
    Value use = new Value.AddressOf(Cells.END, Cells.ENDED_SCRATCH);
    code.run(Syscall.FSTATFS, Value.contentsOf(Cells.SCRATCH), use);
  }

  /** Takes hold of a copy of the tree at a path; {@code flags} may be AT_RECURSIVE. */
  void hold(Value directory, String source, Tree tree, long flags) {
    long how = MountFlags.OPEN_TREE_CLONE | MountFlags.OPEN_TREE_CLOEXEC | flags;
    code.call(Syscall.OPEN_TREE, directory, path(source), value(how)).into(Cells.of(tree)).emit();
  }

  void move(Tree tree, String target, long flags) {
    Value how = value(MountFlags.MOVE_MOUNT_F_EMPTY_PATH | flags);
    code.run(Syscall.MOVE_MOUNT, contents(tree), path(""), HERE, path(target), how);
  }

  private void setAttributes(Value directory, String path, long flags, long attributes) {
    // struct mount_attr: set, clear, propagation, user namespace
    Value attribute = Lowering.words(attributes, 0, MS_PRIVATE, 0);
    code.run(Syscall.MOUNT_SETATTR, directory, path(path), value(flags), attribute, value(32));
  }

  void mount(String source, String target, String type, long flags, String options) {
    mountCall(path(source), path(target), path(type), flags, path(options)).emit();
  }

  private ProgramBuilder.Call mountCall(Value source, Value target, Value type, long flags, Value options) {
    return code.call(Syscall.MOUNT, source, target, type, value(flags), options);
  }

  void makeDirectory(String path, int mode) {
    code.run(Syscall.MKDIRAT, HERE, path(path), value(mode));
  }

  private void ensureDirectory(String path) {
    lowering.tolerating(code.call(Syscall.MKDIRAT, HERE, path(path), value(0755)), Target.NEXT, Errno.EEXIST);
  }

  private void makeParents(String path) {
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      ensureDirectory(path.substring(0, slash));
    }
  }

  private void create(String path, int mode, Datum.Bytes content) {
    long flags = FileFlags.O_WRONLY | FileFlags.O_CREAT | FileFlags.O_EXCL | FileFlags.O_CLOEXEC;
    code.call(Syscall.OPENAT, HERE, path(path), value(flags), value(mode)).into(Cells.FILE).emit();
    if (content.size() > 0) {
      Target.Label written = code.freshLabel("written");
      Value from = Value.addressOf(content);
      Value size = value(content.size());
      code.call(Syscall.WRITE, file(), from, size).when(content.size(), written).emit();
      // Cut short, which is no error yet. Writing on fails, and says why.
      code.call(Syscall.WRITE, file(), from, size).when(0, Lowering.FAIL).otherwise(Lowering.FAIL).emit();
      code.place(written);
    }
    code.run(Syscall.CLOSE, file());
  }

  /** A file takes kernel memory even when it is empty: one for each page of content, and some for a start. */
  private static String tmpfsOptions(long size, int mode) {
    String bounds = size == 0 ? "" : ",size=" + size + ",nr_inodes=" + (size / 4096 + 64);
    return "mode=0" + Integer.toOctalString(mode) + bounds;
  }

  static Value path(String path) {
    return Value.string(path);
  }

  static Value contents(Tree tree) {
    return Value.contentsOf(Cells.of(tree));
  }

  private static Value file() {
    return Value.contentsOf(Cells.FILE);
  }
}
