package org.chrootlite.run;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;

/** Calls of the kernel that Java has no words for, by the one function of libc that makes any of them; syscall(2). */
final class SystemCalls {
  private static final MethodHandle SYSCALL = handle();

  private static final long ERRNO =
      Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private final Architecture architecture;
  private final MemorySegment state;

  /** For one thread, with memory of this arena. */
  SystemCalls(Architecture architecture, Arena arena) {
    this.architecture = architecture;
    this.state = arena.allocate(Linker.Option.captureStateLayout());
  }

  @SuppressWarnings("restricted")
  private static MethodHandle handle() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type =
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        type,
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(1));
  }

  /** Makes a call; the result is the kernel's own: negative for an error. Addresses are numbers here. */
  long call(Syscall call, long a, long b, long c, long d, long e) {
    long number = call.number(architecture);
    try {
      long result = (long) SYSCALL.invokeExact(state, number, a, b, c, d, e);
      return result == -1 ? -state.get(JAVA_INT, ERRNO) : result;
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new IllegalStateException("a downcall throws nothing of its own", failure);
    }
  }
}
