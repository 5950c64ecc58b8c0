package org.chrootlite.compile;

import static org.chrootlite.compile.Lowering.value;
import static org.chrootlite.linux.FileFlags.AT_FDCWD;

import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.MountFlags;
import org.chrootlite.linux.Syscall;

/**
 * The steps about places in the finished root. No link is followed on the way to any of them: the plan names places
 * with no link on the way, so a link there was made since, maybe by a script.
 */
final class PlaceLowering {
  private static final Value HERE = value(AT_FDCWD);
  private static final Value NAMELESS = Value.string("");

  private final Lowering lowering;
  private final ProgramBuilder code;

  PlaceLowering(Lowering lowering) {
    this.lowering = lowering;
    this.code = lowering.code;
  }

  void attach(Step.Attach step) {
    Target.Label check = code.freshLabel("check");
    Target.Label make = code.freshLabel("make");
    Target.Label found = code.freshLabel("found");
    open(HERE, step.target(), Cells.FILE).onError(check).when(0, found).otherwise(found).emit();
    code.place(check);
    lowering.whenErrorIs(Errno.ENOENT, make, Lowering.FAIL);
    code.place(make);
    make(step.target(), step.directory());
    code.place(found);
    // On what was just opened: a script that replaces it by a link at this moment gains nothing.
    long flags = MountFlags.MOVE_MOUNT_F_EMPTY_PATH | MountFlags.MOVE_MOUNT_T_EMPTY_PATH;
    code.run(Syscall.MOVE_MOUNT, Value.contentsOf(Cells.of(step.tree())), NAMELESS, file(), NAMELESS, value(flags));
    code.run(Syscall.CLOSE, file());
  }

  /**
   * Makes a file or a directory, with the directories that it lies in, and opens it. Name by name, each in the
   * directory that was opened before it: so no link is followed on the way either.
   */
  private void make(String target, boolean directory) {
    String[] names = target.substring(1).split("/", -1);
    Datum.Cell in = Datum.Cell.word("in");
    Datum.Cell next = Datum.Cell.word("next");
    open(HERE, "/", in).emit();
    for (int i = 0; i < names.length; i++) {
      boolean isLast = i + 1 == names.length;
      Value at = Value.contentsOf(in);
      ProgramBuilder.Call make =
          isLast && !directory
              ? code.call(Syscall.MKNODAT, at, Value.string(names[i]), value(FileFlags.S_IFREG | 0644), value(0))
              : code.call(Syscall.MKDIRAT, at, Value.string(names[i]), value(0755));
      lowering.tolerating(make, Target.NEXT, Errno.EEXIST);
      open(at, names[i], isLast ? Cells.FILE : next).emit();
      code.run(Syscall.CLOSE, at);
      Datum.Cell free = in;
      in = next;
      next = free;
    }
  }

  void changeDirectory(String directory) {
    open(HERE, directory, Cells.FILE).emit();
    code.run(Syscall.FCHDIR, file());
    code.run(Syscall.CLOSE, file());
  }

  private ProgramBuilder.Call open(Value directory, String path, Datum.Cell descriptor) {
    Value how = Lowering.words(FileFlags.O_PATH | FileFlags.O_CLOEXEC, 0, FileFlags.RESOLVE_NO_SYMLINKS);
    return code.call(Syscall.OPENAT2, directory, Value.string(path), how, value(24)).into(descriptor);
  }

  private static Value file() {
    return Value.contentsOf(Cells.FILE);
  }
}
