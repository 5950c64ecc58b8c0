package org.chrootlite.probe;

import static org.chrootlite.probe.Kernel.BUFFER;
import static org.chrootlite.probe.Kernel.HERE;
import static org.chrootlite.probe.Kernel.NULL;
import static org.chrootlite.probe.Kernel.path;
import static org.chrootlite.probe.Kernel.value;
import static org.chrootlite.probe.Kernel.words;

import java.util.List;
import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.MemoryFlags;
import org.chrootlite.linux.Resource;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;

/**
 * Programs that use more than a limit allows. Each stops by itself not far beyond it: should the limit not hold, the
 * host loses a bounded amount for a few seconds. One that comes to its end exits with 1.
 */
final class LimitPrograms {
  /** What programs leave their findings in, and print: two words. */
  private static final Datum.Cell RECORD = new Datum.Cell("record", 16);

  private static final int RECORD_SIZE = 16;
  private static final Datum.Cell FILE = Datum.Cell.word("file");

  private final ProgramBuilder code = new ProgramBuilder(ProbeExecutable.EXIT);
  private final Architecture architecture;

  private LimitPrograms(Architecture architecture) {
    this.architecture = architecture;
  }

  /** Takes so much memory in each of some processes, and keeps it for three seconds. */
  static byte[] memory(int processes, long each, Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    program.inProcesses(
        processes,
        () -> {
          program.map(each, MemoryFlags.PROT_READ | MemoryFlags.PROT_WRITE, MemoryFlags.MAP_POPULATE).emit();
          program.sleep(3, 0);
        });
    return program.finish();
  }

  /** Computes in each of some processes, without an end. */
  static byte[] compute(int processes, Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    program.inProcesses(
        processes,
        () -> {
          Target.Label again = program.code.freshLabel("again");
          program.code.place(again);
          program.code.branch(value(0), 0, again, again);
        });
    return program.finish();
  }

  /** Does nothing, for a minute. */
  static byte[] idle(Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    program.sleep(60, 0);
    return program.finish();
  }

  /** Forks processes that do nothing, up to so many; prints the error that ended it, or 0, and how many there are. */
  static byte[] fork(int most, Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    ProgramBuilder code = program.code;
    Target.Label child = code.freshLabel("child");
    Target.Label done = code.freshLabel("done");
    for (int i = 0; i < most; i++) {
      code.set(RECORD.at(8), i);
      code.call(Syscall.CLONE, value(Signal.SIGCHLD.number()), NULL, NULL, NULL, NULL)
          .into(RECORD)
          .when(0, child)
          .onError(done)
          .emit();
    }
    code.set(RECORD.at(0), 0);
    code.set(RECORD.at(8), most);
    code.place(done);
    program.print();
    // Long enough to be counted by who looks from time to time.
    program.sleep(0, 300_000_000);
    ProbeExecutable.exit(code, 1);
    code.place(child);
    program.sleep(10, 0);
    return program.finish();
  }

  /** Duplicates a descriptor, up to this number; prints the error that ended it, and the highest number. */
  static byte[] duplicate(int highest, Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    ProgramBuilder code = program.code;
    Target.Label again = code.freshLabel("again");
    Target.Label done = code.freshLabel("done");
    code.place(again);
    code.call(Syscall.DUP, NULL).into(RECORD).onError(done).when(highest, done).emit();
    code.copy32(RECORD.at(0), RECORD.at(8));
    code.jump(again);
    code.place(done);
    program.print();
    return program.finish();
  }

  /** Writes a byte at this offset of a file in /dev/shm, which takes a page of it. */
  static byte[] writeAt(long offset, Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    program.create(PromiseProbe.SCRATCH_FILE).into(FILE).emit();
    program.code.run(Syscall.PWRITE64, Value.contentsOf(FILE), path("x"), value(1), value(offset));
    return program.finish();
  }

  /** Reserves so much address space; prints the error, or where it is. */
  static byte[] reserve(long size, Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    program.map(size, MemoryFlags.PROT_NONE, MemoryFlags.MAP_NORESERVE).onError(Target.NEXT).emit();
    program.print();
    return program.finish();
  }

  /** Prints without an end. */
  static byte[] print(Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    Target.Label again = program.code.freshLabel("again");
    program.code.place(again);
    program.code.call(Syscall.WRITE, value(1), BUFFER, Kernel.CAPACITY).when(0, again).otherwise(again).emit();
    return program.finish();
  }

  /** Prints a resource limit: the soft and the hard one. */
  static byte[] show(Resource resource, Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    program.code.run(Syscall.PRLIMIT64, NULL, value(resource.number()), NULL, Value.addressOf(RECORD));
    program.print();
    return program.finish();
  }

  /**
   * Asks for so many bytes in each of these directories, and prints what came of it and its index. When all were
   * refused, and only then, it writes until that is refused too.
   */
  static byte[] fill(List<String> directories, long size, Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    ProgramBuilder code = program.code;
    Target.Label granted = code.freshLabel("granted");
    for (int i = 0; i < directories.size(); i++) {
      Target.Label refused = code.freshLabel("refused");
      code.set(RECORD.at(8), i);
      program.create(directories.get(i) + "/.chroot-lite-verify").into(RECORD).onError(refused).emit();
      code.copy32(RECORD.at(0), FILE.at(0));
      code.call(Syscall.FALLOCATE, Value.contentsOf(FILE), NULL, NULL, value(size))
          .into(RECORD)
          .onError(refused)
          .emit();
      code.jump(granted);
      code.place(refused);
      program.print();
    }
    Target.Label again = code.freshLabel("again");
    Target.Label full = code.freshLabel("full");
    program.create(PromiseProbe.SCRATCH_FILE).into(FILE).emit();
    code.place(again);
    code.call(Syscall.WRITE, Value.contentsOf(FILE), BUFFER, Kernel.CAPACITY)
        .when(0, again)
        .otherwise(again)
        .onError(full)
        .emit();
    code.place(granted);
    program.print();
    code.place(full);
    return program.finish();
  }

  /** Makes directories in each other, up to so many; prints the error that ended it, and how many there are. */
  static byte[] nest(int most, Architecture architecture) {
    LimitPrograms program = new LimitPrograms(architecture);
    ProgramBuilder code = program.code;
    Target.Label done = code.freshLabel("done");
    code.run(Syscall.CHDIR, path("/dev/shm"));
    for (int i = 0; i < most; i++) {
      code.set(RECORD.at(8), i);
      code.call(Syscall.MKDIRAT, HERE, path("d"), value(0700)).into(RECORD).onError(done).emit();
      code.call(Syscall.CHDIR, path("d")).into(RECORD).onError(done).emit();
    }
    code.set(RECORD.at(8), most);
    code.place(done);
    program.print();
    return program.finish();
  }

  /** Lets so many processes do this, the script's own among them where it is one; then waits for all of them. */
  private void inProcesses(int count, Runnable work) {
    if (count == 1) {
      work.run();
      return;
    }
    Target.Label child = code.freshLabel("child");
    Target.Label wait = code.freshLabel("wait");
    Target.Label ended = code.freshLabel("ended");
    for (int i = 0; i < count; i++) {
      code.call(Syscall.CLONE, value(Signal.SIGCHLD.number()), NULL, NULL, NULL, NULL).when(0, child).emit();
    }
    code.place(wait);
    code.call(Syscall.WAIT4, value(-1), NULL, NULL, NULL).onError(ended).when(0, wait).otherwise(wait).emit();
    code.place(child);
    work.run();
    ProbeExecutable.exit(code, 1);
    code.place(ended);
  }

  private ProgramBuilder.Call create(String file) {
    long flags = FileFlags.O_WRONLY | FileFlags.O_CREAT | FileFlags.O_CLOEXEC;
    return code.call(Syscall.OPENAT, HERE, path(file), value(flags), value(0600));
  }

  private ProgramBuilder.Call map(long size, long access, long how) {
    Value kind = value(MemoryFlags.MAP_PRIVATE | MemoryFlags.MAP_ANONYMOUS | how);
    return code.call(Syscall.MMAP, NULL, value(size), value(access), kind, value(-1), NULL).into(RECORD);
  }

  private void sleep(long seconds, long nanoseconds) {
    code.call(Syscall.NANOSLEEP, words(seconds, nanoseconds), NULL).onError(Target.NEXT).emit();
  }

  private void print() {
    code.run(Syscall.WRITE, value(1), Value.addressOf(RECORD), value(RECORD_SIZE));
  }

  private byte[] finish() {
    ProbeExecutable.exit(code, 1);
    return ProbeExecutable.finish(code, architecture);
  }
}
