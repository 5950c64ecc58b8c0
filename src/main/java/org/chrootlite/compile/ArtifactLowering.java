package org.chrootlite.compile;

import static org.chrootlite.compile.Lowering.value;
import static org.chrootlite.linux.FileFlags.AT_EMPTY_PATH;
import static org.chrootlite.linux.FileFlags.AT_FDCWD;

import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.Syscall;

/** The step that collects an artifact. */
final class ArtifactLowering {
  private static final Value NULL = value(0);
  private static final Value HERE = value(AT_FDCWD);

  private final ProgramBuilder code;

  ArtifactLowering(Lowering lowering) {
    this.code = lowering.code;
  }

  /**
   * Copies a file that the script may have made, when no process of the script is left. Only a regular file is read:
   * O_NONBLOCK lets the open of a FIFO return, no link is followed, and no more is copied than the limit.
   */
  void collect(Step.CollectArtifact step) {
    Target.Label failed = code.freshLabel("uncollected");
    Target.Label report = code.freshLabel("report");
    Datum.Cell status = new Datum.Cell("statx", 256);
    Value how =
        Lowering.words(
            FileFlags.O_RDONLY | FileFlags.O_NONBLOCK | FileFlags.O_NOCTTY | FileFlags.O_CLOEXEC,
            0,
            FileFlags.RESOLVE_NO_SYMLINKS);
    code.set(Cells.COLLECTED.at(0), Cells.ARTIFACT);
    code.set(Cells.COLLECTED.at(8), step.index());
    code.set(Cells.COLLECTED.at(16), 0);
    code.call(Syscall.OPENAT2, HERE, path(step.path()), how, value(24)).into(Cells.FILE).onError(failed).emit();
    Value type = value(1);
    code.call(Syscall.STATX, file(), path(""), value(AT_EMPTY_PATH), type, Value.addressOf(status))
        .onError(failed)
        .emit();
    // What is no regular file is reported as EINVAL. stx_mode: two bytes at 28.
    code.set(Cells.COLLECTED.at(16), -Errno.EINVAL.number() & 0xffffffffL);
    Value mode = new Value.Contents(status.at(24));
    code.branch(mode, 32, FileFlags.S_IFMT, (int) FileFlags.S_IFREG, Target.NEXT, report);
    code.set(Cells.COLLECTED.at(16), 0);
    Value copied = Value.contentsOf(Cells.artifact(step.index()));
    code.call(Syscall.SENDFILE, copied, file(), NULL, value(step.limit())).onError(failed).emit();
    // One byte more than the limit: the copy is cut short, and reported as EFBIG.
    Value byteMore = Value.addressOf(Datum.Cell.word("byte"));
    code.call(Syscall.READ, file(), byteMore, value(1)).onError(failed).when(0, report).emit();
    code.set(Cells.COLLECTED.at(16), -Errno.EFBIG.number() & 0xffffffffL);
    code.jump(report);
    code.place(failed);
    code.copy32(Cells.FAILURE.at(16), Cells.COLLECTED.at(16));
    code.place(report);
    code.run(Syscall.WRITE, value(Lowering.STATUS), Value.addressOf(Cells.COLLECTED), value(Cells.ARTIFACT_SIZE));
  }

  private static Value path(String path) {
    return Value.string(path);
  }

  private static Value file() {
    return Value.contentsOf(Cells.FILE);
  }
}
