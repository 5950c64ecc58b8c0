package org.chrootlite.compile;

import static org.chrootlite.compile.Lowering.EXIT;
import static org.chrootlite.compile.Lowering.FAIL;
import static org.chrootlite.compile.Lowering.value;
import static org.chrootlite.linux.FileFlags.O_CLOEXEC;

import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.ProcessFlags;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;

/** The steps by which the three processes begin, watch over each other, end and report. */
final class SupervisionLowering {
  private static final Value NULL = value(0);
  private static final Signal[] ENDING = {Signal.SIGTERM, Signal.SIGALRM, Signal.SIGUSR1};
  private static final Value EVERY_PROCESS = value(-1);

  /** The size of a signal set. */
  private static final Value SET_SIZE = value(8);

  /** Makes an upper-case letter of any: a supervisor that is traced may be {@code t}, which is stopped as well. */
  private static final long UPPER_CASE = 0xdf;

  /** The script's process: the first that init forks, so the second of its namespace. */
  private static final int SCRIPT_PID = 2;

  private final Lowering lowering;
  private final ProgramBuilder code;

  SupervisionLowering(Lowering lowering) {
    this.lowering = lowering;
    this.code = lowering.code;
  }

  /**
   * The state of a process is the letter after its name: {@code 4711 (java) S}. The supervisor makes sure that no
   * parenthesis is part of its name.
   */
  void openSupervisor() {
    Value flags = value(O_CLOEXEC);
    code.call(Syscall.OPENAT, value(FileFlags.AT_FDCWD), Value.string(Launcher.SUPERVISOR), flags, NULL)
        .only(Lowering.SUPERVISOR)
        .emit();
    Target.Label next = code.freshLabel("next");
    Target.Label found = code.freshLabel("found");
    code.place(next);
    code.call(Syscall.READ, value(Lowering.SUPERVISOR), Value.addressOf(Cells.STATE), value(1)).only(1).emit();
    code.branch(Value.contentsOf(Cells.STATE), ')', found, next);
    code.place(found);
    code.call(Syscall.LSEEK, value(Lowering.SUPERVISOR), value(1), value(FileFlags.SEEK_CUR))
        .into(Cells.STATE_OFFSET)
        .emit();
  }

  void startInit() {
    fork(0, Lowering.INIT);
  }

  void openReportPipe() {
    code.run(Syscall.PIPE2, Value.addressOf(Cells.REPORTS), value(O_CLOEXEC | FileFlags.O_NONBLOCK));
  }

  void reportToInit() {
    // The number of a descriptor is 32 bits wide: the kernel ignores what lies behind it in the word.
    Value end = new Value.Contents(Cells.REPORTS.at(4));
    code.run(Syscall.DUP3, end, value(Lowering.STATUS), value(O_CLOEXEC));
  }

  void startScript() {
    readClock(Cells.ENDED_START);
    // As vfork(2) does: the script's process borrows our memory until it executes, and copies none of it.
    fork(ProcessFlags.CLONE_VM | ProcessFlags.CLONE_VFORK, Lowering.SCRIPT);
  }

  private void fork(long flags, Target child) {
    Value how = value(flags | Signal.SIGCHLD.number());
    code.call(Syscall.CLONE, how, NULL, NULL, NULL, NULL).into(Cells.CHILD).when(0, child).emit();
  }

  void dieWithCaller() {
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_SET_PDEATHSIG), value(Signal.SIGKILL.number()));
    // The caller holds the other end of our standard output. If it is gone, poll says so even when asked for nothing.
    Datum.Cell poll = Datum.Cell.word("poll");
    Value atOnce = Value.addressOf(new Datum.Cell("timeout", 16));
    code.set(poll.at(0), 1);
    code.call(Syscall.PPOLL, Value.addressOf(poll), value(1), atOnce, NULL, SET_SIZE)
        .when(0, Target.NEXT)
        .otherwise(EXIT)
        .emit();
  }

  void dieWithOuter() {
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_SET_PDEATHSIG), value(Signal.SIGKILL.number()));
    // Closes our own writing end, and lets its number not go to a tree, which would then be left open.
    code.run(Syscall.DUP3, value(Lowering.LIFELINE_READ), value(Lowering.LIFELINE_WRITE), value(O_CLOEXEC));
    // Outer holds the only other end, and never writes: EAGAIN says that it lives, end-of-file that it does not.
    Target.Label alive = code.freshLabel("alive");
    Target.Label check = code.freshLabel("check");
    Value buffer = Value.addressOf(Datum.Cell.word("lifeline"));
    code.call(Syscall.READ, value(Lowering.LIFELINE_READ), buffer, value(8))
        .onError(check)
        .when(0, EXIT)
        .otherwise(EXIT)
        .emit();
    code.place(check);
    lowering.whenErrorIs(Errno.EAGAIN, alive, FAIL);
    code.place(alive);
  }

  void setTimer(long nanoseconds) {
    // struct itimerval: no interval; the rest in seconds and microseconds, and never 0, which would mean no timer
    long microseconds = Math.max(1, nanoseconds / 1000);
    Value timer = Lowering.words(0, 0, microseconds / 1_000_000, microseconds % 1_000_000);
    code.run(Syscall.SETITIMER, value(ProcessFlags.ITIMER_REAL), timer, NULL);
  }

  void waitForInit() {
    Target.Label wait = code.freshLabel("wait");
    Target.Label reap = code.freshLabel("reap");
    code.place(wait);
    waitForSignal(NULL, wait, FAIL, reap, Signal.SIGCHLD, Signal.SIGTERM, Signal.SIGUSR1);
    signal(Value.contentsOf(Cells.CHILD), Value.contentsOf(Cells.SIGNAL));
    code.jump(wait);
    code.place(reap);
    code.call(Syscall.WAIT4, Value.contentsOf(Cells.CHILD), NULL, value(ProcessFlags.WNOHANG), NULL)
        .when(0, wait)
        .emit();
    code.call(Syscall.EXIT_GROUP, value(0)).onError(EXIT).when(0, EXIT).otherwise(EXIT).emit();
  }

  /**
   * The life of pid 1. SIGTERM from outer and SIGALRM from the timer both ask the script to end; when the grace is
   * over, or at another signal, it is killed. SIGUSR1 does not ask. A supervisor that is stopped stops the script, and
   * once the script is to end it is killed then: it must not run unwatched, not even for the grace.
   */
  void waitForScript(long grace, long pollingInterval) {
    Target.Label wait = code.freshLabel("wait");
    Target.Label terminate = code.freshLabel("terminate");
    Target.Label terminating = code.freshLabel("terminating");
    Target.Label kill = code.freshLabel("kill");
    Target.Label ended = code.freshLabel("ended");
    Target.Label reap = code.freshLabel("reap");
    Target.Label reapAgain = code.freshLabel("reap");
    Target.Label look = code.freshLabel("look");
    Target.Label lookAgain = code.freshLabel("look");
    Target.Label lookAndReap = code.freshLabel("look-and-reap");
    Target.Label lookAndReapAgain = code.freshLabel("look-and-reap");
    Value interval = Lowering.words(pollingInterval / 1_000_000_000, pollingInterval % 1_000_000_000);

    code.place(wait);
    waitForSignal(interval, wait, look, reap, Signal.SIGCHLD, ENDING);
    code.branch(Value.contentsOf(Cells.SIGNAL), Signal.SIGUSR1.number(), kill, Target.NEXT);
    code.branch(Value.contentsOf(Cells.SIGNAL), Signal.SIGALRM.number(), Target.NEXT, terminate);
    // The script may send the signal too. It ends itself by that, but it does not run out of time.
    Value cause = new Value.Contents(Cells.SIGNAL_CAUSE.at(8));
    code.branch(cause, ProcessFlags.SI_KERNEL, Target.NEXT, terminate);
    code.set(Cells.END.at(Cells.ENDED_TIMED_OUT), 1);
    code.place(terminate);
    code.branch(Value.contentsOf(Cells.STOPPED), 1, kill, Target.NEXT);
    signal(EVERY_PROCESS, Signal.SIGTERM);
    setTimer(grace);

    code.place(terminating);
    waitForSignal(interval, terminating, lookAgain, reapAgain, Signal.SIGCHLD, ENDING);
    code.place(kill);
    signal(EVERY_PROCESS, Signal.SIGKILL);
    code.jump(terminating);

    // After each process that is reaped, too: a script could make orphans faster than the interval ends.
    code.place(reap);
    reap(lookAndReap, look, ended);
    code.place(lookAndReap);
    stopWithSupervisor(reap);
    code.place(look);
    stopWithSupervisor(wait);

    code.place(reapAgain);
    reap(lookAndReapAgain, lookAgain, ended);
    code.place(lookAndReapAgain);
    killWithSupervisor(kill, reapAgain);
    code.place(lookAgain);
    killWithSupervisor(kill, terminating);

    code.place(ended);
    readClock(Cells.ENDED_STOP);
  }

  /** Stops the script's processes while the supervisor is stopped, and lets them go on with it. */
  private void stopWithSupervisor(Target then) {
    Target.Label stopped = code.freshLabel("stopped");
    Target.Label running = code.freshLabel("running");
    readState();
    code.branch(Value.contentsOf(Cells.STATE), 0, UPPER_CASE, 'T', stopped, running);
    code.place(stopped);
    // Each time: a timer of the script may have sent it SIGCONT.
    signal(EVERY_PROCESS, Signal.SIGSTOP);
    code.set(Cells.STOPPED.at(0), 1);
    code.jump(then);
    code.place(running);
    code.branch(Value.contentsOf(Cells.STOPPED), 1, Target.NEXT, then);
    signal(EVERY_PROCESS, Signal.SIGCONT);
    code.set(Cells.STOPPED.at(0), 0);
    code.jump(then);
  }

  private void killWithSupervisor(Target kill, Target otherwise) {
    readState();
    code.branch(Value.contentsOf(Cells.STATE), 0, UPPER_CASE, 'T', kill, otherwise);
  }

  /** A supervisor that is gone was killed, and the launcher's outer process with it: there is nobody to report to. */
  private void readState() {
    Target.Label check = code.freshLabel("check");
    Target.Label read = code.freshLabel("read");
    Value offset = Value.contentsOf(Cells.STATE_OFFSET);
    code.call(Syscall.PREAD64, value(Lowering.SUPERVISOR), Value.addressOf(Cells.STATE), value(1), offset)
        .onError(check)
        .when(1, read)
        .otherwise(FAIL)
        .emit();
    code.place(check);
    lowering.whenErrorIs(Errno.ESRCH, EXIT, FAIL);
    code.place(read);
  }

  private void readClock(int offset) {
    code.run(Syscall.CLOCK_GETTIME, value(ProcessFlags.CLOCK_MONOTONIC), new Value.AddressOf(Cells.END, offset));
  }

  /** Reaps one process; goes on at {@code none} when there is none to reap, at {@code ended} when it was the script. */
  private void reap(Target again, Target none, Target ended) {
    Value status = new Value.AddressOf(Cells.END, Cells.ENDED_STATUS);
    code.call(Syscall.WAIT4, EVERY_PROCESS, status, value(ProcessFlags.WNOHANG), NULL)
        .into(Cells.REAPED)
        .when(SCRIPT_PID, ended)
        .emit();
    code.branch(Value.contentsOf(Cells.REAPED), 0, none, again);
  }

  /**
   * Waits for one of these signals; goes on at {@code onFirst} at the first of them, and at {@code onTimeout} when none
   * came within the timeout, a {@code struct timespec}.
   */
  private void waitForSignal(
      Value timeout, Target again, Target onTimeout, Target onFirst, Signal first, Signal... others) {
    long set = 1L << (first.number() - 1);
    for (Signal other : others) {
      set |= 1L << (other.number() - 1);
    }
    Target.Label received = code.freshLabel("received");
    Target.Label interrupted = code.freshLabel("interrupted");
    Value cause = Value.addressOf(Cells.SIGNAL_CAUSE);
    code.call(Syscall.RT_SIGTIMEDWAIT, Lowering.words(set), cause, timeout, SET_SIZE)
        .into(Cells.SIGNAL)
        .onError(interrupted)
        .when(first.number(), onFirst)
        .otherwise(received)
        .emit();
    code.place(interrupted);
    Target.Label check = code.freshLabel("check");
    lowering.whenErrorIs(Errno.EINTR, again, check);
    code.place(check);
    lowering.whenErrorIs(Errno.EAGAIN, onTimeout, FAIL);
    code.place(received);
  }

  /** Sends a signal to a process, or to all; that there is none is no failure. */
  private void signal(Value process, Signal signal) {
    signal(process, value(signal.number()));
  }

  private void signal(Value process, Value signal) {
    lowering.tolerating(code.call(Syscall.KILL, process, signal), Target.NEXT, Errno.ESRCH);
  }

  void killTheRest() {
    Target.Label reap = code.freshLabel("reap");
    Target.Label check = code.freshLabel("check");
    Target.Label gone = code.freshLabel("gone");
    signal(EVERY_PROCESS, Signal.SIGKILL);
    code.place(reap);
    code.call(Syscall.WAIT4, EVERY_PROCESS, NULL, value(0), NULL).onError(check).when(0, reap).otherwise(reap).emit();
    code.place(check);
    lowering.whenErrorIs(Errno.ECHILD, gone, FAIL);
    code.place(gone);
  }

  void reportEnd() {
    Target.Label none = code.freshLabel("unreported");
    Value failure = Value.addressOf(Cells.FAILURE);
    Value size = value(Cells.FAILED_SIZE);
    code.call(Syscall.READ, new Value.Contents(Cells.REPORTS.at(0)), failure, size)
        .onError(none)
        .when(0, none)
        .otherwise(Target.NEXT)
        .emit();
    code.call(Syscall.WRITE, value(Lowering.STATUS), failure, size).only(Cells.FAILED_SIZE).emit();
    code.place(none);
    Value usage = new Value.AddressOf(Cells.END, Cells.ENDED_USAGE);
    code.run(Syscall.GETRUSAGE, value(ProcessFlags.RUSAGE_CHILDREN), usage);
    code.set(Cells.END.at(0), Cells.ENDED);
    code.call(Syscall.WRITE, value(Lowering.STATUS), Value.addressOf(Cells.END), value(Cells.ENDED_SIZE))
        .only(Cells.ENDED_SIZE)
        .emit();
    code.call(Syscall.EXIT_GROUP, value(0)).onError(EXIT).when(0, EXIT).otherwise(EXIT).emit();
  }
}
