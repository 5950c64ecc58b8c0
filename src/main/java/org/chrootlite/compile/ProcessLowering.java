package org.chrootlite.compile;

import static org.chrootlite.compile.Lowering.EXIT;
import static org.chrootlite.compile.Lowering.FAIL;
import static org.chrootlite.compile.Lowering.value;
import static org.chrootlite.linux.FileFlags.AT_FDCWD;
import static org.chrootlite.linux.FileFlags.O_CLOEXEC;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** The steps about what a process is, holds and may do, up to what it executes. */
final class ProcessLowering {
  private static final Value NULL = value(0);
  private static final Value ALL = value(0xffffffffL);

  /** CLONE_NEWTIME; unshare(2) alone takes it, and only children enter the namespace. */
  private static final long NEW_TIME = 0x80;

  /** The size of a signal set. */
  private static final Value SET_SIZE = value(8);

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

  /** By "0" a process names itself; on version 1 a thread's own number is the only one that moves without a wait. */
  void join(List<String> entrances) {
    entrances.forEach(entrance -> writeTo(entrance, "0"));
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

  void newTimeNamespace() {
    // Linux 5.6, and CONFIG_TIME_NS. Without it there is no file of the namespace either.
    lowering.tolerating(code.call(Syscall.UNSHARE, value(NEW_TIME)), Target.NEXT, Errno.EINVAL);
  }

  /** Only pipes, which the supervisor makes for each run: any other file keeps its owner. */
  void giveStreams(long uid) {
    for (int stream = 0; stream < Lowering.STATUS; stream++) {
      Target.Label next = code.freshLabel("next");
      lowering.tolerating(
          code.call(Syscall.FCNTL, value(stream), value(FileFlags.F_GETPIPE_SZ)), next, Errno.EBADF);
      code.run(Syscall.FCHOWN, value(stream), value(uid), value(uid));
      code.place(next);
    }
  }

  void become(long uid) {
    code.run(Syscall.SETGROUPS, value(0), NULL);
    code.run(Syscall.SETRESGID, value(uid), value(uid), value(uid));
    code.run(Syscall.SETRESUID, value(uid), value(uid), value(uid));
    // A process that changed its user is undumpable, and may not open its own uid_map then.
    code.run(Syscall.PRCTL, value(ProcessFlags.PR_SET_DUMPABLE), value(1));
  }

  /**
   * A map of owners is a user namespace, and only a user can map himself without help. So a child becomes the user,
   * makes the namespace, opens it and ends. It shares our memory and our descriptors, and we wait for it as vfork(2)
   * does.
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

  void boundUserCounters(Map<String, Long> maxima) {
    maxima.forEach(
        (name, maximum) -> {
          Target.Label absent = code.freshLabel("absent");
          Datum.Bytes bytes = new Datum.Bytes(Long.toString(maximum).getBytes(StandardCharsets.US_ASCII));
          Value flags = value(FileFlags.O_WRONLY | O_CLOEXEC);
          Value path = Value.string("/proc/sys/user/" + name);
          ProgramBuilder.Call open =
              code.call(Syscall.OPENAT, value(AT_FDCWD), path, flags, NULL).into(Cells.FILE);
          lowering.tolerating(open, absent, Errno.ENOENT);
          Value file = Value.contentsOf(Cells.FILE);
          code.call(Syscall.WRITE, file, Value.addressOf(bytes), value(bytes.size())).only(bytes.size()).emit();
          code.run(Syscall.CLOSE, file);
          code.place(absent);
        });
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
