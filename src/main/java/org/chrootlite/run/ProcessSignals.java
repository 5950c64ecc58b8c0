package org.chrootlite.run;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;

/**
 * The signals of this process, beyond what Java offers: which of them asked it to end, and its death by that one. A
 * shell ends a loop only when the command in it was killed by SIGINT; an exit code of 130 does not do.
 *
 * <p>Java's own handlers of SIGHUP, SIGINT and SIGTERM go on working: a few instructions before them note the signal.
 * For SIGQUIT, at which a JVM prints its threads, they send SIGTERM.
 */
public final class ProcessSignals {
  private static final long DEFAULT = 0;
  private static final long IGNORE = 1;
  private static final long SA_RESTART = 0x10000000;
  private static final long SA_RESTORER = 0x04000000;
  private static final long SET_SIZE = 8;
  private static final long ACTION_SIZE = 32;
  private static final long PAGE = 4096;

  /** Where in the page each handler is; the note of the signal is in a page of its own. */
  private static final int SLOT = 128;

  private static final Signal[] ENDING = {Signal.SIGHUP, Signal.SIGINT, Signal.SIGTERM};

  private static final Architecture ARCHITECTURE =
      System.getProperty("os.arch", "").equals("aarch64") ? Architecture.AARCH64 : Architecture.X86_64;

  private final Arena arena;
  private final MemorySegment note;

  private ProcessSignals(Arena arena, MemorySegment note) {
    this.arena = arena;
    this.note = note;
  }

  /** Notes from now on which signal asks this process to end. It lasts as long as the process. */
  public static ProcessSignals note() throws IOException {
    Arena arena = Arena.global();
    SystemCalls calls = new SystemCalls(ARCHITECTURE, arena);
    MemorySegment pages = arena.allocate(2 * PAGE, PAGE);
    ProcessSignals signals = new ProcessSignals(arena, pages.asSlice(PAGE));
    signals.install(calls, pages.asSlice(0, PAGE));
    return signals;
  }

  /** The number of the signal that asked this process to end first; 0 where none has. */
  public int received() {
    return note.get(JAVA_INT, 0);
  }

  private void install(SystemCalls calls, MemorySegment code) throws IOException {
    MemorySegment action = arena.allocate(ACTION_SIZE, 8);
    HandlerCode handlers = new HandlerCode(ARCHITECTURE, note.address());
    boolean isInteractive = true;
    long[] old = new long[ENDING.length];
    for (int i = 0; i < ENDING.length; i++) {
      check(calls.call(Syscall.RT_SIGACTION, ENDING[i].number(), 0, action.address(), SET_SIZE, 0), "rt_sigaction");
      old[i] = action.get(JAVA_LONG, 0);
      if (ENDING[i] == Signal.SIGINT) {
        isInteractive = old[i] != IGNORE;
      }
      place(code, i, handlers.before(old[i]));
    }
    int quit = ENDING.length;
    place(code, quit, handlers.insteadOfQuit());
    place(code, quit + 1, handlers.restorer());
    long readAndExecute = 1 | 4;
    check(calls.call(Syscall.MPROTECT, code.address(), PAGE, readAndExecute, 0, 0), "mprotect");
    for (int i = 0; i < ENDING.length; i++) {
      if (old[i] != DEFAULT && old[i] != IGNORE) {
        check(calls.call(Syscall.RT_SIGACTION, ENDING[i].number(), 0, action.address(), SET_SIZE, 0), "rt_sigaction");
        action.set(JAVA_LONG, 0, code.address() + (long) i * SLOT);
        check(calls.call(Syscall.RT_SIGACTION, ENDING[i].number(), action.address(), 0, SET_SIZE, 0), "rt_sigaction");
      }
    }
    // A shell without job control ignores both in what it starts in the background, but the JVM says so of one only.
    action.fill((byte) 0);
    action.set(JAVA_LONG, 0, isInteractive ? code.address() + (long) quit * SLOT : IGNORE);
    switch (ARCHITECTURE) {
      case X86_64 -> {
        action.set(JAVA_LONG, 8, SA_RESTART | SA_RESTORER);
        action.set(JAVA_LONG, 16, code.address() + (long) (quit + 1) * SLOT);
      }
      case AARCH64 -> action.set(JAVA_LONG, 8, SA_RESTART);
    }
    check(
        calls.call(Syscall.RT_SIGACTION, Signal.SIGQUIT.number(), action.address(), 0, SET_SIZE, 0), "rt_sigaction");
  }

  private static void place(MemorySegment code, int slot, byte[] bytes) {
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, code, (long) slot * SLOT, bytes.length);
  }

  /** Lets this process be killed by a signal that it has handled so far; returns only if that is impossible. */
  public static void die(int signal) throws InterruptedException {
    try (Arena confined = Arena.ofConfined()) {
      SystemCalls calls = new SystemCalls(ARCHITECTURE, confined);
      long coreLimit = 4;
      // SIGQUIT would leave all the memory of the JVM in a file.
      calls.call(Syscall.PRLIMIT64, 0, coreLimit, confined.allocate(16, 8).address(), 0, 0);
      calls.call(Syscall.RT_SIGACTION, signal, confined.allocate(ACTION_SIZE, 8).address(), 0, SET_SIZE, 0);
      calls.call(Syscall.KILL, ProcessHandle.current().pid(), signal, 0, 0, 0);
      Thread.sleep(1_000);
    }
  }

  /** Lets a read from the terminal fail in the background, which otherwise stops this whole process. */
  static void ignoreBackgroundReads() {
    try (Arena confined = Arena.ofConfined()) {
      SystemCalls calls = new SystemCalls(ARCHITECTURE, confined);
      MemorySegment action = confined.allocate(ACTION_SIZE, 8);
      action.set(JAVA_LONG, 0, IGNORE);
      calls.call(Syscall.RT_SIGACTION, Signal.SIGTTIN.number(), action.address(), 0, SET_SIZE, 0);
    }
  }

  private static long check(long result, String call) throws IOException {
    if (result < 0 && result > -PAGE) {
      throw new IOException(call + " failed with error " + -result);
    }
    return result;
  }

  /** Instructions of signal handlers, which may run at any moment: they touch one word and scratch registers only. */
  private record HandlerCode(Architecture architecture, long note) {
    /** With the note's address in rax: cmp dword [rax], 0; jne over the next; mov [rax], edi. */
    private static final String NOTE_ON_X86 = "8338007502" + "8938";

    /** With the note's address in x9: ldr w10, [x9]; cbnz w10 over the next; str w0, [x9]; little-endian. */
    private static final String NOTE_ON_ARM = "2a0140b9" + "4a000035" + "200100b9";

    /** Notes the signal unless one is noted already, and goes on in another handler. */
    byte[] before(long handler) {
      return switch (architecture) {
        case X86_64 -> bytes("48b8", note, NOTE_ON_X86, "48b8", handler, "ffe0");
        // ldr x9 from 24 bytes on, ldr x9 from 16 bytes on, br x9
        case AARCH64 -> bytes("c9000058", NOTE_ON_ARM, "89000058", "20011fd6", note, handler);
      };
    }

    /** Notes the signal likewise, and sends SIGTERM to this process: getpid, kill, return. */
    byte[] insteadOfQuit() {
      return switch (architecture) {
        case X86_64 ->
            bytes("48b8", note, NOTE_ON_X86, "b827000000", "0f05", "89c7", "be0f000000", "b83e000000", "0f05", "c3");
        case AARCH64 ->
            bytes(
                "49010058", NOTE_ON_ARM, "881580d2", "010000d4", "e10180d2", "281080d2", "010000d4", "c0035fd6", note);
      };
    }

    /** The call rt_sigreturn, which x86-64 wants of every handler. */
    byte[] restorer() {
      return switch (architecture) {
        case X86_64 -> bytes("b80f000000", "0f05");
        case AARCH64 -> bytes();
      };
    }

    /** Instructions in hexadecimal, and addresses. */
    private static byte[] bytes(Object... parts) {
      ByteBuffer code = ByteBuffer.allocate(SLOT).order(ByteOrder.LITTLE_ENDIAN);
      for (Object part : parts) {
        if (part instanceof Long address) {
          code.putLong(address);
        } else {
          code.put(HexFormat.of().parseHex(String.valueOf(part)));
        }
      }
      return code.array();
    }
  }
}
