package org.chrootlite.probe;

import java.util.List;
import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.MemoryFlags;
import org.chrootlite.linux.ProcessFlags;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;

/**
 * A probe that makes one system call by an ABI that its filter does not know, which must kill it.
 *
 * <p>Our machine has no instruction for that. So the probe brings some, puts them into memory, and lets a signal's
 * handler be there.
 *
 * @param what the ABI
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, to who runs it
public record AbiProbe(String what, byte[] executable) {
  /** Where the instructions go: a page that nothing else of the probe is near to. */
  private static final long PAGE = 0x1000_0000;

  private static final long PAGE_SIZE = 4096;

  /** What a handler on x86-64 must have. */
  private static final long SA_RESTORER = 0x0400_0000;

  /** {@code mov edi, 42; mov eax, 231; syscall}: exit_group(42), for who is still there. */
  private static final byte[] EXIT = {(byte) 0xbf, 42, 0, 0, 0, (byte) 0xb8, (byte) 231, 0, 0, 0, 0x0f, 0x05};

  /** {@code mov eax, 20; int 0x80}: getpid as a program for i386 calls it. */
  private static final byte[] I386 = {(byte) 0xb8, 20, 0, 0, 0, (byte) 0xcd, (byte) 0x80};

  /** {@code mov eax, 0x40000027; syscall}: getpid as a program for x32 calls it. */
  private static final byte[] X32 = {(byte) 0xb8, 0x27, 0, 0, 0x40, 0x0f, 0x05};

  /** All there are for this architecture; a process of aarch64 cannot change to another ABI. */
  public static List<AbiProbe> of(Architecture architecture) {
    return switch (architecture) {
      case X86_64 ->
          List.of(new AbiProbe("i386", compile(I386, architecture)), new AbiProbe("x32", compile(X32, architecture)));
      case AARCH64 -> List.of();
    };
  }

  private static byte[] compile(byte[] instructions, Architecture architecture) {
    byte[] all = new byte[instructions.length + EXIT.length];
    System.arraycopy(instructions, 0, all, 0, instructions.length);
    System.arraycopy(EXIT, 0, all, instructions.length, EXIT.length);
    ProgramBuilder code = new ProgramBuilder(ProbeExecutable.EXIT);
    Value page = Value.of(PAGE);
    Value size = Value.of(all.length);
    Value access = Value.of(MemoryFlags.PROT_READ | MemoryFlags.PROT_WRITE | MemoryFlags.PROT_EXEC);
    Value kind = Value.of(MemoryFlags.MAP_PRIVATE | MemoryFlags.MAP_ANONYMOUS | MemoryFlags.MAP_FIXED);
    code.run(Syscall.MMAP, page, Value.of(PAGE_SIZE), access, kind, Value.of(-1), Value.of(0));
    // By a pipe, because that is how one process moves bytes to where it wants them. Its ends are numbers 3 and 4.
    code.run(Syscall.PIPE2, Value.addressOf(Datum.Cell.word("pipe")), Value.of(0));
    code.call(Syscall.WRITE, Value.of(4), Value.addressOf(new Datum.Bytes(all)), size).only(all.length).emit();
    code.call(Syscall.READ, Value.of(3), page, size).only(all.length).emit();
    Value action = Kernel.words(PAGE, SA_RESTORER, PAGE, 0);
    Value signal = Value.of(Signal.SIGUSR1.number());
    code.run(Syscall.RT_SIGACTION, signal, action, Value.of(0), Value.of(8));
    Value unblock = Value.of(ProcessFlags.SIG_SETMASK);
    code.run(Syscall.RT_SIGPROCMASK, unblock, Kernel.words(0), Value.of(0), Value.of(8));
    Datum.Cell self = Datum.Cell.word("self");
    code.call(Syscall.GETPID).into(self).emit();
    code.run(Syscall.KILL, Value.contentsOf(self), signal);
    return ProbeExecutable.finish(code, architecture);
  }

  /** Whether the call has killed it. */
  public Guarantee.Tried judge(Ended ended) {
    boolean killed = ended.signal().filter(Signal.SIGSYS.name()::equals).isPresent();
    return new Guarantee.Tried(what, killed ? "killed by SIGSYS" : ended.told(), killed);
  }
}
