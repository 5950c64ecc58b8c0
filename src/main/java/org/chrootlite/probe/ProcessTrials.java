package org.chrootlite.probe;

import static org.chrootlite.probe.Kernel.BUFFER;
import static org.chrootlite.probe.Kernel.FIRST;
import static org.chrootlite.probe.Kernel.HERE;
import static org.chrootlite.probe.Kernel.NULL;
import static org.chrootlite.probe.Kernel.list;
import static org.chrootlite.probe.Kernel.open;
import static org.chrootlite.probe.Kernel.path;
import static org.chrootlite.probe.Kernel.prctl;
import static org.chrootlite.probe.Kernel.read;
import static org.chrootlite.probe.Kernel.value;
import static org.chrootlite.probe.Kernel.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.ProcessFlags;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.Sandbox;

/** Trials of what a script's process is, holds and may become. */
final class ProcessTrials {
  private static final Trial.Data COUNTED = new Trial.Data.Counted();
  private static final List<String> CAPABILITY_SETS = List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb");

  /** The mode of a file that would act as its owner. */
  private static final long SETUID = 04755;

  private static final long PTRACE_SEIZE = 0x4206;

  private final Sandbox sandbox;
  private final List<Trial> trials = new ArrayList<>();

  private ProcessTrials(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  static List<Trial> of(Sandbox sandbox) {
    ProcessTrials all = new ProcessTrials(sandbox);
    all.environment();
    all.processes();
    all.capabilities();
    all.privileges();
    all.hostname();
    all.user();
    all.start();
    return all.trials;
  }

  private void environment() {
    String own = "/proc/self/environ";
    trials.add(Trial.writing(Promise.ENVIRONMENT, "read " + own, COUNTED, this::isGranted, open(own), read()));
  }

  private Reply isGranted(Answer answer) {
    if (answer.isError()) {
      return Reply.of(false, answer.told());
    }
    Map<String, String> granted = new TreeMap<>();
    sandbox.environment().forEach((name, value) -> granted.put(name, value.value()));
    List<String> ours = List.of("PATH", "HOME", "USER", "TERM");
    List<String> seen = new ArrayList<>(List.of(answer.text().split("\0", -1)));
    if (answer.data().length == TrialProgram.CAPACITY) {
      seen.removeLast(); // cut short
    }
    Set<String> others = new TreeSet<>();
    for (String variable : seen) {
      int equals = variable.indexOf('=');
      String name = equals < 0 ? variable : variable.substring(0, equals);
      boolean isAsked = granted.containsKey(name) && variable.equals(name + "=" + granted.get(name));
      if (!isAsked && !(ours.contains(name) && !granted.containsKey(name))) {
        others.add(name);
      }
    }
    return others.isEmpty()
        ? Reply.of(true, seen.size() + " variables, all granted")
        : Reply.of(false, String.join(" ", others));
  }

  private void processes() {
    add(Promise.PROCESSES, "getpid", Rule.returns(2), Syscall.GETPID);
    add(Promise.PROCESSES, "getppid", Rule.returns(1), Syscall.GETPPID);
    Rule own =
        Rule.seen(
            answer ->
                KernelFormats.names(answer.data()).stream().filter(name -> Character.isDigit(name.charAt(0))).toList(),
            List.of("1", "2")::equals);
    trials.add(Trial.writing(Promise.PROCESSES, "ls /proc", COUNTED, own, open("/proc"), list()));
    Rule refused = Rule.refused(Errno.EPERM);
    add(Promise.PROCESSES, "kill 1", refused, Syscall.KILL, value(1), NULL);
    trials.add(
        Trial.inChild(Promise.PROCESSES, "ptrace 1", refused,
            Trial.Call.of(Syscall.PTRACE, value(PTRACE_SEIZE), value(1), NULL, NULL)));
    add(Promise.PROCESSES, "pidfd_open 1", refused, Syscall.PIDFD_OPEN, value(1), NULL);
    trials.add(
        Trial.of(Promise.PROCESSES, "pidfd_send_signal /proc/1", Rule.refused(Errno.ENOSYS, Errno.EPERM),
            open("/proc/1"), Trial.Call.of(Syscall.PIDFD_SEND_SIGNAL, FIRST, NULL, NULL, NULL)));
    add(Promise.PROCESSES, "prlimit 1", refused, Syscall.PRLIMIT64, value(1), value(7), NULL, BUFFER);
    for (String file : List.of("environ", "maps", "mem")) {
      Rule unreadable = Rule.refused(Errno.EACCES, Errno.EPERM);
      trials.add(Trial.of(Promise.PROCESSES, "read /proc/1/" + file, unreadable, open("/proc/1/" + file), read()));
    }
  }

  private void capabilities() {
    status(
        Promise.CAPABILITIES,
        "read /proc/self/status",
        status -> {
          List<String> filled = new ArrayList<>(CAPABILITY_SETS);
          filled.removeIf(set -> KernelFormats.field(status, set).equals(Outside.NO_CAPABILITIES));
          return filled.isEmpty() ? "all five sets are empty" : String.join(" ", filled);
        },
        "all five sets are empty");
    trials.add(
        Trial.inChild(Promise.CAPABILITIES, "capset", Rule.refused(Errno.EPERM),
            Trial.Call.of(Syscall.CAPSET, words(ProcessFlags.CAPABILITY_VERSION_3), words(-1, -1, -1))));
    trials.add(Trial.inChild(Promise.CAPABILITIES, "raise an ambient one", Rule.fails(), prctl(47, 2, 0)));
    Rule locked =
        answer -> {
          boolean are = answer.result() == ProcessFlags.SECUREBITS_LOCKED;
          return Reply.of(are, are ? "locked" : "0x" + Long.toHexString(answer.result()));
        };
    trials.add(Trial.of(Promise.CAPABILITIES, "securebits", locked, prctl(27)));
  }

  private void privileges() {
    trials.add(Trial.of(Promise.PRIVILEGES, "no_new_privs", Rule.returns(1), prctl(39)));
    Rule refused = Rule.refused(Errno.EPERM);
    trials.add(
        Trial.of(Promise.PRIVILEGES, "fchmod 4755", refused,
            // A socket has a mode as well, and is gone with its descriptor.
            Trial.Call.of(Syscall.SOCKET, value(1), value(1), NULL),
            Trial.Call.of(Syscall.FCHMOD, Kernel.FIRST, value(SETUID))));
    long create = FileFlags.O_WRONLY | FileFlags.O_CREAT | FileFlags.O_EXCL | FileFlags.O_CLOEXEC;
    Value file = path(PromiseProbe.SCRATCH_FILE);
    trials.add(
        Trial.of(Promise.PRIVILEGES, "create 4755", refused,
            Trial.Call.of(Syscall.OPENAT, HERE, file, value(create), value(SETUID)), FileTrials.remove()));
    trials.add(
        Trial.of(Promise.PRIVILEGES, "mknod 4755", refused,
            Trial.Call.of(Syscall.MKNODAT, HERE, file, value(FileFlags.S_IFREG | SETUID), NULL), FileTrials.remove()));
    if (sandbox.user().value().uid() != 0) {
      Trial.Call become = Trial.Call.of(Syscall.SETRESUID, NULL, NULL, NULL);
      trials.add(Trial.inChild(Promise.PRIVILEGES, "setresuid 0", Rule.fails(), become));
    }
  }

  private void hostname() {
    // struct new_utsname: six names of 65 bytes
    int length = 65;
    Rule own =
        Rule.seen(
            answer -> answer.text().substring(length, answer.text().indexOf('\0', length)),
            sandbox.hostname().value()::equals);
    Trial.Data all = new Trial.Data.Fixed(6 * length);
    trials.add(Trial.writing(Promise.HOSTNAME, "uname", all, own, Trial.Call.of(Syscall.UNAME, BUFFER)));
    // An impossible length, so that nothing would change.
    add(Promise.HOSTNAME, "sethostname", Rule.refused(Errno.EPERM), Syscall.SETHOSTNAME, BUFFER, value(-1));
  }

  private void user() {
    String uid = Long.toString(sandbox.user().value().uid());
    String gid = Long.toString(sandbox.user().value().gid());
    ids("Uid", uid);
    ids("Gid", gid);
    for (String map : List.of("uid_map", "gid_map")) {
      Rule oneId = Rule.seen(answer -> told(KernelFormats.words(answer.text())), "one id"::equals);
      trials.add(Trial.writing(Promise.USER, "read " + map, COUNTED, oneId, open("/proc/self/" + map), read()));
    }
  }

  /** A map has three numbers a line: the first id inside, the first on the host, and how many there are. */
  private static String told(List<String> map) {
    return map.size() == 3 && map.get(2).equals("1") ? "one id" : String.join(" ", map);
  }

  private void ids(String field, String expected) {
    String all = String.join(" ", expected, expected, expected, expected);
    Function<String, String> seen = status -> String.join(" ", KernelFormats.field(status, field).orElse(List.of()));
    Function<String, String> told = status -> seen.apply(status).equals(all) ? expected : seen.apply(status);
    status(Promise.USER, field.toLowerCase(Locale.ROOT), told, expected);
  }

  /** A trial of the kernel's own account of the process. */
  private void status(Promise promise, String what, Function<String, String> told, String expected) {
    Rule rule = Rule.seen(answer -> told.apply(answer.text()), expected::equals);
    trials.add(Trial.writing(promise, what, COUNTED, rule, open("/proc/self/status"), read()));
  }

  private void start() {
    Value old = BUFFER;
    Rule byDefault =
        answer -> {
          boolean is = answer.word(0).filter(handler -> handler == 0).isPresent();
          return Reply.of(is, is ? "default" : "not default");
        };
    for (int signal = 1; signal <= Signal.RT_MAX; signal++) {
      trials.add(
          Trial.writing(Promise.START, "signals", new Trial.Data.Fixed(8), byDefault,
              Trial.Call.of(Syscall.RT_SIGACTION, value(signal), NULL, old, value(8))));
    }
    Rule unblocked =
        answer -> {
          boolean is = answer.word(0).filter(mask -> mask == 0).isPresent();
          return Reply.of(is, is ? "none" : "some");
        };
    trials.add(
        Trial.writing(Promise.START, "blocked signals", new Trial.Data.Fixed(8), unblocked,
            Trial.Call.of(Syscall.RT_SIGPROCMASK, NULL, NULL, old, value(8))));
    Rule mask = answer -> Reply.of(answer.result() == 022, "0" + Long.toOctalString(answer.result()));
    add(Promise.START, "umask", mask, Syscall.UMASK, value(022));
    trials.add(
        Trial.writing(Promise.START, "getcwd", COUNTED, Rule.reads(sandbox.workdir().value()),
            Trial.Call.of(Syscall.GETCWD, BUFFER, Kernel.CAPACITY)));
  }

  private void add(Promise promise, String what, Rule rule, Syscall call, Value... arguments) {
    trials.add(Trial.of(promise, what, rule, Trial.Call.of(call, arguments)));
  }
}
