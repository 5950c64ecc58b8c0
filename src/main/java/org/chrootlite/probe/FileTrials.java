package org.chrootlite.probe;

import static org.chrootlite.probe.Kernel.BUFFER;
import static org.chrootlite.probe.Kernel.HERE;
import static org.chrootlite.probe.Kernel.NULL;
import static org.chrootlite.probe.Kernel.list;
import static org.chrootlite.probe.Kernel.open;
import static org.chrootlite.probe.Kernel.path;
import static org.chrootlite.probe.Kernel.readLink;
import static org.chrootlite.probe.Kernel.value;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Rootfs;
import org.chrootlite.model.Sandbox;

/** Trials of what a script can reach by paths and descriptors. */
final class FileTrials {
  private static final Trial.Data COUNTED = new Trial.Data.Counted();

  /** {@code struct statx}; see statx(2). */
  private static final int STATX_SIZE = 256;

  private static final int STATX_ATTRIBUTES = 8;
  private static final long ATTRIBUTE_MOUNT_ROOT = 0x2000;

  /** In the upper half of this word. */
  private static final int STATX_MODE = 24;

  private static final long TYPE = 0170000;
  private static final long LINK = 0120000;

  private static final int STATX_INODE = 32;
  private static final int STATX_DEVICE = 136;

  /** {@code struct statfs}; see statfs(2). */
  private static final int STATFS_SIZE = 120;

  private static final int STATFS_FLAGS = 80;
  private static final long ST_RDONLY = 1;
  private static final long ST_NOSUID = 2;
  private static final long ST_NODEV = 4;

  private static final Value NO_FOLLOW = value(FileFlags.AT_SYMLINK_NOFOLLOW);

  private static final Set<String> DEVICES =
      Set.of(
          "null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm", "fd", "stdin", "stdout", "stderr");

  private final Sandbox sandbox;
  private final HostView host;
  private final List<Trial> trials = new ArrayList<>();

  private FileTrials(Sandbox sandbox, HostView host) {
    this.sandbox = sandbox;
    this.host = host;
  }

  static List<Trial> of(Sandbox sandbox, HostView host) {
    FileTrials all = new FileTrials(sandbox, host);
    all.hostFiles();
    all.descriptors();
    all.mounts();
    all.proc();
    all.devices();
    return all.trials;
  }

  private void hostFiles() {
    for (String root : List.of("/", "/../../../..", "/proc/self/root/..")) {
      Trial.Data status = new Trial.Data.Fixed(STATX_SIZE);
      trials.add(
          Trial.writing(Promise.HOST_FILES, "statx " + root, status, this::isNotHostRoot, status(root)));
    }
    reads(Promise.HOST_FILES, "/proc/self/root", "/");
    reads(Promise.HOST_FILES, "/proc/self/cwd", sandbox.workdir().value());
    reads(Promise.HOST_FILES, "/proc/self/exe", PromiseProbe.PATH);
    for (String link : List.of("root", "cwd", "exe")) {
      Rule refused = Rule.refused(Errno.EACCES, Errno.EPERM);
      trials.add(Trial.of(Promise.HOST_FILES, "readlink /proc/1/" + link, refused, readLink("/proc/1/" + link)));
    }
    for (String path : host.paths()) {
      if (sandbox.mounts().stream().noneMatch(mount -> (path + "/").startsWith(mount.target() + "/"))) {
        Trial.Call look = Trial.Call.of(Syscall.FACCESSAT, HERE, path(path), NULL);
        Rule absent = Rule.refused(Errno.ENOENT, Errno.ENOTDIR);
        trials.add(Trial.of(Promise.HOST_FILES, "access to the state directory", absent, look));
      }
    }
  }

  private static Trial.Call status(String path) {
    return status(path, NULL);
  }

  private static Trial.Call status(String path, Value flags) {
    return Trial.Call.of(Syscall.STATX, HERE, path(path), flags, value(0x7ff), BUFFER);
  }

  private Reply isNotHostRoot(Answer answer) {
    if (answer.isError()) {
      return Reply.of(false, answer.told());
    }
    return isSame(answer, host.root())
        ? Reply.of(false, "the host's root")
        : Reply.of(true, "not the host's root");
  }

  private static boolean isSame(Answer answer, HostView.FileId file) {
    return answer.word(STATX_INODE).filter(inode -> inode == file.inode()).isPresent()
        && answer.word(STATX_DEVICE).filter(device -> device == file.device()).isPresent();
  }

  private void reads(Promise promise, String link, String expected) {
    trials.add(Trial.writing(promise, "readlink " + link, COUNTED, Rule.reads(expected), readLink(link)));
  }

  private void descriptors() {
    // The fourth is the directory that is listed.
    Rule onlyStreams = Rule.seen(answer -> KernelFormats.names(answer.data()), List.of("0", "1", "2", "3")::equals);
    String own = "/proc/self/fd";
    trials.add(Trial.writing(Promise.DESCRIPTORS, "ls " + own, COUNTED, onlyStreams, open(own), list()));
    // As /dev/stdin is opened by cat(1) or a shell's redirection.
    long getFlags = 3;
    Trial.Call use = Trial.Call.of(Syscall.FCNTL, Kernel.FIRST, value(getFlags));
    long toRead = FileFlags.O_RDONLY | FileFlags.O_NONBLOCK | FileFlags.O_CLOEXEC;
    long toWrite = FileFlags.O_WRONLY | FileFlags.O_NONBLOCK | FileFlags.O_CLOEXEC;
    trials.add(Trial.of(Promise.DESCRIPTORS, "open /dev/stdin", Rule.succeeds(), open("/dev/stdin", toRead), use));
    for (String stream : List.of("/dev/stdout", "/dev/stderr")) {
      trials.add(Trial.of(Promise.DESCRIPTORS, "open " + stream, Rule.succeeds(), open(stream, toWrite), use));
    }
    Rule pipe =
        Rule.seen(answer -> answer.text().replaceFirst(":.*", ""), text -> text.equals("pipe"));
    for (int stream = 0; stream <= 2; stream++) {
      trials.add(
          Trial.writing(Promise.DESCRIPTORS, "readlink a stream", COUNTED, pipe, readLink("/proc/self/fd/" + stream)));
    }
  }

  private void mounts() {
    for (String path : mounted()) {
      long wanted = ST_NOSUID | ST_NODEV;
      trials.add(flags(Promise.MOUNTS, path, wanted, "nosuid, nodev"));
    }
    for (String path : readOnly()) {
      trials.add(flags(Promise.MOUNTS, path, ST_RDONLY, "read-only"));
    }
    for (Mount mount : sandbox.mounts()) {
      place(mount.target());
    }
    host.devices().forEach(this::ownInodes);
    Rule refused = Rule.refused(Errno.EROFS, Errno.ETXTBSY, Errno.EACCES);
    Trial.Call write = open(PromiseProbe.PATH, FileFlags.O_WRONLY | FileFlags.O_CLOEXEC);
    trials.add(Trial.of(Promise.MOUNTS, "open the script's file for writing", refused, write));
  }

  /**
   * A mount is at its target. Below another mount no link leads there: a script may have made it. Links above that are
   * the rootfs's own.
   */
  private void place(String target) {
    Optional<String> outer =
        sandbox.mounts().stream()
            .map(Mount::target)
            .filter(other -> target.startsWith(other + "/"))
            .max(Comparator.comparingInt(String::length));
    Trial.Data status = new Trial.Data.Fixed(STATX_SIZE);
    if (outer.isPresent()) {
      for (int end = target.indexOf('/', outer.get().length() + 1); end > 0; end = target.indexOf('/', end + 1)) {
        String way = target.substring(0, end);
        Rule noLink = Rule.seen(FileTrials::kind, "no link"::equals);
        trials.add(Trial.writing(Promise.MOUNTS, "statx " + way, status, noLink, status(way, NO_FOLLOW)));
      }
    }
    Rule mounted = Rule.seen(FileTrials::mountRoot, "mounted"::equals);
    Trial.Call look = status(target, outer.isPresent() ? NO_FOLLOW : NULL);
    trials.add(Trial.writing(Promise.MOUNTS, "statx " + target, status, mounted, look));
  }

  private static String kind(Answer answer) {
    return answer.word(STATX_MODE).filter(word -> (word >>> 32 & TYPE) != LINK).isPresent() ? "no link" : "a link";
  }

  private static String mountRoot(Answer answer) {
    return answer.word(STATX_ATTRIBUTES).filter(word -> (word & ATTRIBUTE_MOUNT_ROOT) != 0).isPresent()
        ? "mounted"
        : "not mounted there";
  }

  /** An overlay's inodes have a device of its own: no lock, watch, socket or FIFO of the host is found by them. */
  private void ownInodes(String target, long device) {
    Rule own =
        Rule.seen(
            answer ->
                answer.word(STATX_DEVICE).filter(word -> word != device).isPresent() ? "the run's own" : "the host's",
            "the run's own"::equals);
    Trial.Data status = new Trial.Data.Fixed(STATX_SIZE);
    trials.add(Trial.writing(Promise.MOUNTS, "device of " + target, status, own, status(target)));
  }

  private Set<String> mounted() {
    Set<String> all = new TreeSet<>(List.of("/", "/tmp", "/dev", "/dev/shm", PromiseProbe.DIRECTORY));
    all.add(sandbox.workdir().value());
    sandbox.mounts().forEach(mount -> all.add(mount.target()));
    return all;
  }

  private Set<String> readOnly() {
    Set<String> all = new TreeSet<>(List.of(PromiseProbe.DIRECTORY));
    if (sandbox.rootfs().writes().value() == Rootfs.Writes.DENY) {
      all.add("/");
    }
    for (Mount mount : sandbox.mounts()) {
      if (mount instanceof Mount.Bind bind && bind.readOnly()) {
        all.add(bind.target());
      }
    }
    return all;
  }

  private static Trial flags(Promise promise, String path, long wanted, String meaning) {
    Rule rule =
        answer -> {
          if (answer.isError()) {
            return Reply.of(false, answer.told());
          }
          boolean has = answer.word(STATFS_FLAGS).filter(flags -> (flags & wanted) == wanted).isPresent();
          return Reply.of(has, has ? meaning : "not " + meaning);
        };
    Trial.Call call = Trial.Call.of(Syscall.STATFS, path(path), BUFFER);
    boolean isProc = promise == Promise.PROC;
    return Trial.writing(
        promise, "statfs " + path, new Trial.Data.Fixed(STATFS_SIZE), isProc ? rule.orAbsent() : rule, call);
  }

  private void proc() {
    Rule empty = Rule.seen(Answer::result, result -> result == 0).orAbsent();
    for (String name :
        List.of("kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "interrupts")) {
      trials.add(
          Trial.of(Promise.PROC, "read " + name, empty, open("/proc/" + name),
              Trial.Call.of(Syscall.READ, Kernel.FIRST, BUFFER, value(64))));
    }
    Rule nothing = Rule.seen(answer -> KernelFormats.names(answer.data()).size(), count -> count == 0).orAbsent();
    for (String name : List.of("acpi", "asound", "scsi")) {
      trials.add(Trial.writing(Promise.PROC, "ls " + name, COUNTED, nothing, open("/proc/" + name), list()));
    }
    for (String name : List.of("bus", "fs", "irq", "sys", "sysrq-trigger")) {
      trials.add(flags(Promise.PROC, "/proc/" + name, ST_RDONLY, "read-only"));
    }
    for (String name : List.of("sysrq-trigger", "sys/kernel/core_pattern", "sys/vm/overcommit_memory")) {
      Trial.Call write = open("/proc/" + name, FileFlags.O_WRONLY | FileFlags.O_CLOEXEC);
      trials.add(Trial.of(Promise.PROC, "write " + name, Rule.fails(), write));
    }
  }

  private void ownNull(HostView.FileId shared) {
    Rule own =
        answer -> {
          boolean is = !answer.isError() && !isSame(answer, shared);
          return Reply.of(is, is ? "its own" : answer.isError() ? answer.told() : "the host's");
        };
    Trial.Data status = new Trial.Data.Fixed(STATX_SIZE);
    trials.add(Trial.writing(Promise.DEVICES, "statx /dev/null", status, own, status("/dev/null")));
  }

  private void devices() {
    Rule usual =
        Rule.seen(
            answer -> {
              Set<String> others = new TreeSet<>(KernelFormats.names(answer.data()));
              others.removeAll(DEVICES);
              return others.isEmpty() ? "the usual ones" : String.join(" ", others);
            },
            "the usual ones"::equals);
    trials.add(Trial.writing(Promise.DEVICES, "ls /dev", COUNTED, usual, open("/dev"), list()));
    trials.add(
        Trial.of(Promise.DEVICES, "write /dev/null", Rule.returns(1), open("/dev/null", FileFlags.O_WRONLY),
            Trial.Call.of(Syscall.WRITE, Kernel.FIRST, BUFFER, value(1))));
    // A mark in its times would outlive the run, on an inode that other runs may have too.
    trials.add(
        Trial.of(Promise.DEVICES, "touch /dev/null", Rule.refused(Errno.EROFS),
            Trial.Call.of(Syscall.UTIMENSAT, HERE, path("/dev/null"), NULL, NULL)));
    host.nullDevice().ifPresent(this::ownNull);
    for (String device : List.of("mem", "kmsg")) {
      trials.add(Trial.of(Promise.DEVICES, "open /dev/" + device, Rule.refused(Errno.ENOENT), open("/dev/" + device)));
    }
    long nullDevice = 1 << 8 | 3;
    makeDevice("mknod c", 0020600, nullDevice);
    makeDevice("mknod b", 0060600, nullDevice);
  }

  private void makeDevice(String what, long mode, long device) {
    Value file = path(PromiseProbe.SCRATCH_FILE);
    Trial.Call make = Trial.Call.of(Syscall.MKNODAT, HERE, file, value(mode), value(device));
    trials.add(Trial.of(Promise.DEVICES, what, Rule.refused(Errno.EPERM), make, remove()));
  }

  /** Undoes what should not have been possible. */
  static Trial.Call remove() {
    return Trial.Call.of(Syscall.UNLINKAT, HERE, path(PromiseProbe.SCRATCH_FILE), NULL);
  }
}
