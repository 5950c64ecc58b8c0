package org.chrootlite.compile;

import static org.chrootlite.compile.Lowering.EXIT;
import static org.chrootlite.compile.Lowering.FAIL;
import static org.chrootlite.compile.Lowering.value;
import static org.chrootlite.linux.FileFlags.AT_FDCWD;
import static org.chrootlite.linux.FileFlags.O_CLOEXEC;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.Namespace;
import org.chrootlite.linux.ProcessFlags;
import org.chrootlite.linux.Resource;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;

/** The steps about processes: what they hold, may do, and how they begin and end. */
final class ProcessLowering {
  private static final Value NULL = value(0);
  private static final Value ALL = value(0xffffffffL);
  private static final Value EVERY_PROCESS = value(-1);

  /** The size of a signal set. */
  private static final Value SET_SIZE = value(8);

  /** The script's process: the first that init forks, so the second of its namespace. */
  private static final int SCRIPT_PID = 2;

  private final Lowering lowering;
  private final ProgramBuilder code;

  ProcessLowering(Lowering lowering) {
    this.lowering = lowering;
    this.code = lowering.code;
  }

  void closeFrom(int descriptor) {
    code.run(Syscall.CLOSE_RANGE, value(descriptor), ALL, value(0));
  }

  void closeOnExecute() {
    code.run(Syscall.CLOSE_RANGE, value(Lowering.STATUS), ALL, value(FileFlags.CLOSE_RANGE_CLOEXEC));
  }

  void closeStreams() {
    code.run(Syscall.CLOSE_RANGE, value(0), value(2), value(0));
  }

  void resetSignals() {
    // struct sigaction: handler SIG_DFL, no flags, no restorer, empty mask
    Value byDefault = Lowering.words(0, 0, 0, 0);
    for (int signal = 1; signal <= Signal.RT_MAX; signal++) {
      if (signal != Signal.SIGKILL.number() && signal != Signal.SIGSTOP.number()) {
        code.run(Syscall.RT_SIGACTION, value(signal), byDefault, NULL, SET_SIZE);
      }
    }
  }

  void setSignalMask(long set) {
    code.run(Syscall.RT_SIGPROCMASK, value(ProcessFlags.SIG_SETMASK), Lowering.words(set), NULL, SET_SIZE);
  }

  void openStatus() {
    Value flags = value(FileFlags.O_WRONLY | FileFlags.O_APPEND | O_CLOEXEC);
    code.call(Syscall.OPENAT, value(AT_FDCWD), Value.string("status"), flags, NULL).only(Lowering.STATUS).emit();
  }

  void openLifeline() {
    Value ends = Value.addressOf(Datum.Cell.word("lifeline"));
    code.run(Syscall.PIPE2, ends, value(O_CLOEXEC | FileFlags.O_NONBLOCK));
  }

  void openArtifact(int index) {
    Value flags = value(FileFlags.O_WRONLY | O_CLOEXEC);
    Value path = Value.string("artifacts/." + index);
    code.call(Syscall.OPENAT, value(AT_FDCWD), path, flags, NULL).into(Cells.artifact(index)).emit();
  }

  void unshare(Set<Namespace> namespaces) {
    long flags = 0;
    for (Namespace namespace : namespaces) {
      flags |= namespace.flag();
    }
    code.run(Syscall.UNSHARE, value(flags));
  }

  void become(long uid) {
    code.run(Syscall.SETGROUPS, value(0), NULL);
    code.run(Syscall.SETRESGID, value(uid), value(uid), value(uid));
    code.run(Syscall.SETRESUID, value(uid), value(uid), value(uid));
    // A process that changed its user is undumpable, and may not open its own uid_map then.
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_SET_DUMPABLE), value(1));
  }

  /**
   * A map of owners is a user namespace, and only a user can map himself without help. So a child becomes the user, makes
   * the namespace, opens it and ends. It shares our memory and our descriptors, and we wait for it as vfork(2) does.
   */
  void openOwnerMap(long uid) {
    Target.Label child = code.freshLabel("child");
    Target.Label made = code.freshLabel("made");
    Datum.Cell status = Datum.Cell.word("status");
    long flags = ProcessFlags.CLONE_VM | ProcessFlags.CLONE_VFORK | ProcessFlags.CLONE_FILES | Signal.SIGCHLD.number();
    code.call(Syscall.CLONE, value(flags), NULL, NULL, NULL, NULL).into(Cells.CHILD).when(0, child).emit();
    code.run(Syscall.WAIT4, Value.contentsOf(Cells.CHILD), Value.addressOf(status), value(0), NULL);
    code.branch(Value.contentsOf(status), 0, made, EXIT);
    code.place(child);
    become(uid);
    code.run(Syscall.UNSHARE, value(Namespace.USER.flag()));
    map(0, uid, 0, uid);
    Value flagsOfOpen = value(O_CLOEXEC);
    code.call(Syscall.OPENAT, value(AT_FDCWD), Value.string("/proc/self/ns/user"), flagsOfOpen, NULL)
        .into(Cells.OWNER_MAP)
        .emit();
    code.call(Syscall.EXIT_GROUP, value(0)).onError(EXIT).when(0, EXIT).otherwise(EXIT).emit();
    code.place(made);
  }

  void map(Step.MapUser map) {
    map(map.uid(), map.hostUid(), map.gid(), map.hostGid());
  }

  private void map(long uid, long hostUid, long gid, long hostGid) {
    // Without this a process could drop a group that a file denies access to; see user_namespaces(7).
    writeTo("/proc/self/setgroups", "deny");
    writeTo("/proc/self/uid_map", uid + " " + hostUid + " 1");
    writeTo("/proc/self/gid_map", gid + " " + hostGid + " 1");
  }

  private void writeTo(String path, String text) {
    Datum.Bytes bytes = new Datum.Bytes(text.getBytes(StandardCharsets.US_ASCII));
    Value flags = value(FileFlags.O_WRONLY | O_CLOEXEC);
    code.call(Syscall.OPENAT, value(AT_FDCWD), Value.string(path), flags, NULL).into(Cells.FILE).emit();
    Value file = Value.contentsOf(Cells.FILE);
    code.call(Syscall.WRITE, file, Value.addressOf(bytes), value(bytes.size())).only(bytes.size()).emit();
    code.run(Syscall.CLOSE, file);
  }

  void startInit() {
    fork(Lowering.INIT);
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
    code.run(Syscall.CLOCK_GETTIME, value(ProcessFlags.CLOCK_MONOTONIC), new Value.AddressOf(Cells.END, Cells.ENDED_START));
    fork(Lowering.SCRIPT);
  }

  private void fork(Target child) {
    code.call(Syscall.CLONE, value(Signal.SIGCHLD.number()), NULL, NULL, NULL, NULL).into(Cells.CHILD).when(0, child).emit();
  }

  void dieWithCaller() {
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_SET_PDEATHSIG), value(Signal.SIGKILL.number()));
    // The caller holds the other end of our standard output. If it is gone, poll says so even when asked for nothing.
    Datum.Cell poll = Datum.Cell.word("poll");
    Value atOnce = Value.addressOf(new Datum.Cell("timeout", 16));
    code.set(poll.at(0), 1);
    code.call(Syscall.PPOLL, Value.addressOf(poll), value(1), atOnce, NULL, SET_SIZE).when(0, Target.NEXT).otherwise(EXIT).emit();
  }

  void dieWithOuter() {
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_SET_PDEATHSIG), value(Signal.SIGKILL.number()));
    // Closes our own writing end, and lets its number not go to a tree, which would then be left open.
    code.run(Syscall.DUP3, value(Lowering.LIFELINE_READ), value(Lowering.LIFELINE_WRITE), value(O_CLOEXEC));
    // Outer holds the only other end, and never writes: EAGAIN says that it lives, end-of-file that it does not.
    Target.Label alive = code.freshLabel("alive");
    Target.Label check = code.freshLabel("check");
    Value buffer = Value.addressOf(Datum.Cell.word("lifeline"));
    code.call(Syscall.READ, value(Lowering.LIFELINE_READ), buffer, value(8)).onError(check).when(0, EXIT).otherwise(EXIT).emit();
    code.place(check);
    lowering.whenErrorIs(Errno.EAGAIN, alive, FAIL);
    code.place(alive);
  }

  void name(String name) {
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_SET_NAME), Value.string(name));
  }

  void bringUpLoopback() {
    long internet = 2;
    long datagram = 2;
    long setFlags = 0x8914; // SIOCSIFFLAGS; see netdevice(7)
    // struct ifreq: a name of 16 bytes, then flags: IFF_UP
    Value request = Lowering.words('l' | 'o' << 8, 0, 1, 0, 0);
    code.call(Syscall.SOCKET, value(internet), value(datagram | O_CLOEXEC), value(0)).into(Cells.FILE).emit();
    code.run(Syscall.IOCTL, Value.contentsOf(Cells.FILE), value(setFlags), request);
    code.run(Syscall.CLOSE, Value.contentsOf(Cells.FILE));
  }

  void setHostname(String name) {
    Datum.Bytes host = new Datum.Bytes(name.getBytes(StandardCharsets.UTF_8));
    Datum.Bytes domain = new Datum.Bytes("(none)".getBytes(StandardCharsets.US_ASCII));
    code.run(Syscall.SETHOSTNAME, Value.addressOf(host), value(host.size()));
    code.run(Syscall.SETDOMAINNAME, Value.addressOf(domain), value(domain.size()));
  }

  void dropCapabilities() {
    // struct __user_cap_header_struct: version, process; then two of effective, permitted, inheritable
    Value header = Lowering.words(ProcessFlags.CAPABILITY_VERSION_3);
    code.run(Syscall.CAPSET, header, Lowering.words(0, 0, 0));
  }

  void makeUndumpable() {
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_SET_DUMPABLE), value(0));
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
    waitForSignal(wait, reap, Signal.SIGCHLD, Signal.SIGTERM);
    signal(Value.contentsOf(Cells.CHILD), Signal.SIGTERM);
    code.jump(wait);
    code.place(reap);
    code.call(Syscall.WAIT4, Value.contentsOf(Cells.CHILD), NULL, value(ProcessFlags.WNOHANG), NULL).when(0, wait).emit();
    code.call(Syscall.EXIT_GROUP, value(0)).onError(EXIT).when(0, EXIT).otherwise(EXIT).emit();
  }

  /**
   * The life of pid 1. SIGTERM from outer and SIGALRM from the timer both ask the script to end; when the grace is over,
   * or at another signal, it is killed.
   */
  void waitForScript(long grace) {
    Target.Label wait = code.freshLabel("wait");
    Target.Label terminate = code.freshLabel("terminate");
    Target.Label terminating = code.freshLabel("terminating");
    Target.Label ended = code.freshLabel("ended");
    Target.Label reap = code.freshLabel("reap");
    Target.Label reapAgain = code.freshLabel("reap");

    code.place(wait);
    waitForSignal(wait, reap, Signal.SIGCHLD, Signal.SIGTERM, Signal.SIGALRM);
    code.branch(Value.contentsOf(Cells.SIGNAL), Signal.SIGALRM.number(), Target.NEXT, terminate);
    // The script may send the signal too. It ends itself by that, but it does not run out of time.
    Value cause = new Value.Contents(Cells.SIGNAL_CAUSE.at(8));
    code.branch(cause, ProcessFlags.SI_KERNEL, Target.NEXT, terminate);
    code.set(Cells.END.at(Cells.ENDED_TIMED_OUT), 1);
    code.place(terminate);
    signal(EVERY_PROCESS, Signal.SIGTERM);
    setTimer(grace);

    code.place(terminating);
    waitForSignal(terminating, reapAgain, Signal.SIGCHLD, Signal.SIGTERM, Signal.SIGALRM);
    signal(EVERY_PROCESS, Signal.SIGKILL);
    code.jump(terminating);

    code.place(reap);
    reap(reap, wait, ended);
    code.place(reapAgain);
    reap(reapAgain, terminating, ended);

    code.place(ended);
    code.run(Syscall.CLOCK_GETTIME, value(ProcessFlags.CLOCK_MONOTONIC), new Value.AddressOf(Cells.END, Cells.ENDED_STOP));
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

  /** Waits for one of these signals; goes on at {@code onFirst} at the first of them. */
  private void waitForSignal(Target again, Target onFirst, Signal first, Signal... others) {
    long set = 1L << (first.number() - 1);
    for (Signal other : others) {
      set |= 1L << (other.number() - 1);
    }
    Target.Label received = code.freshLabel("received");
    Target.Label interrupted = code.freshLabel("interrupted");
    code.call(Syscall.RT_SIGTIMEDWAIT, Lowering.words(set), Value.addressOf(Cells.SIGNAL_CAUSE), NULL, SET_SIZE)
        .into(Cells.SIGNAL)
        .onError(interrupted)
        .when(first.number(), onFirst)
        .otherwise(received)
        .emit();
    code.place(interrupted);
    lowering.whenErrorIs(Errno.EINTR, again, FAIL);
    code.place(received);
  }

  /** Sends a signal to a process, or to all; that there is none is no failure. */
  private void signal(Value process, Signal signal) {
    lowering.tolerating(code.call(Syscall.KILL, process, value(signal.number())), Target.NEXT, Errno.ESRCH);
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

  void limit(Resource resource, long value) {
    code.run(Syscall.PRLIMIT64, value(0), value(resource.number()), Lowering.words(value, value), NULL);
  }

  void newKeyring() {
    // A kernel without keys has none that could leak.
    ProgramBuilder.Call join = code.call(Syscall.KEYCTL, value(ProcessFlags.KEYCTL_JOIN_SESSION_KEYRING), NULL);
    lowering.tolerating(join, Target.NEXT, Errno.ENOSYS);
  }

  void emptyBoundingSet() {
    // No kernel knows all 64; beyond the last that it knows it answers EINVAL.
    Target.Label check = code.freshLabel("check");
    Target.Label dropped = code.freshLabel("dropped");
    for (int capability = 0; capability < ProcessFlags.CAPABILITIES; capability++) {
      Target onError = capability < ProcessFlags.CAPABILITIES_OF_LINUX_5_12 ? FAIL : check;
      code.call(Syscall.PRCTL, value(ProcessFlags.PR_CAPBSET_DROP), value(capability)).onError(onError).emit();
    }
    code.jump(dropped);
    code.place(check);
    lowering.whenErrorIs(Errno.EINVAL, dropped, FAIL);
    code.place(dropped);
    Value clear = value(ProcessFlags.PR_CAP_AMBIENT_CLEAR_ALL);
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_CAP_AMBIENT), clear, NULL, NULL, NULL);
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_SET_SECUREBITS), value(ProcessFlags.SECUREBITS_LOCKED));
  }

  void noNewPrivileges() {
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_SET_NO_NEW_PRIVS), value(1), NULL, NULL, NULL);
  }

  void filter(SyscallFilter filter) {
    // struct sock_fprog: the number of instructions in two bytes, and where they are
    Value instructions = Value.addressOf(new Datum.Bytes(filter.program()));
    Datum.Words program = new Datum.Words(List.of(value(filter.length()), instructions));
    code.run(Syscall.SECCOMP, value(ProcessFlags.SECCOMP_SET_MODE_FILTER), value(0), Value.addressOf(program));
  }

  void execute(Step.Execute step) {
    List<String> variables = new ArrayList<>();
    step.environment().forEach((name, value) -> variables.add(name + "=" + value));
    Value environment = Value.addressOf(Datum.strings(variables));
    for (int i = 0; i < step.paths().size(); i++) {
      Target.Label check = code.freshLabel("check");
      Target.Label next = code.freshLabel("next");
      boolean isLast = i + 1 == step.paths().size();
      Value path = Value.string(step.paths().get(i));
      code.call(Syscall.EXECVE, path, Value.contentsOf(Cells.ARGV), environment)
          .onError(isLast ? FAIL : check)
          .when(0, FAIL)
          .otherwise(FAIL)
          .emit();
      if (!isLast) {
        code.place(check);
        lowering.whenErrorIs(Errno.ENOENT, next, Target.NEXT);
        lowering.whenErrorIs(Errno.ENOTDIR, next, FAIL);
        code.place(next);
      }
    }
  }
}
