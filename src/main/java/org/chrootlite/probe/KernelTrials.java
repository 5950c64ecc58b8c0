package org.chrootlite.probe;

import static org.chrootlite.probe.Kernel.BUFFER;
import static org.chrootlite.probe.Kernel.HERE;
import static org.chrootlite.probe.Kernel.NULL;
import static org.chrootlite.probe.Kernel.open;
import static org.chrootlite.probe.Kernel.path;
import static org.chrootlite.probe.Kernel.prctl;
import static org.chrootlite.probe.Kernel.readLink;
import static org.chrootlite.probe.Kernel.value;
import static org.chrootlite.probe.Kernel.words;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.MountFlags;
import org.chrootlite.linux.Namespace;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.FileLocks;
import org.chrootlite.model.Network;
import org.chrootlite.model.Sandbox;

/** Trials of what the kernel offers beside files and processes. */
final class KernelTrials {
  private static final Rule DENIED = Rule.refused(Errno.EPERM);

  /** CLONE_NEWTIME; a kernel without time namespaces refuses it as well. */
  private static final long NEW_TIME = 0x80;

  /** F_GETLK, F_SETLK and the two for open file descriptions; see fcntl(2). */
  private static final List<Long> LOCKS = List.of(5L, 6L, 36L, 37L);

  /** The kernel's own bound is 128 at least. */
  private static final int MOST_DIGITS = 2;

  private static final long TIOCSTI = 0x5412;
  private static final long TIOCLINUX = 0x541c;

  private final Sandbox sandbox;
  private final HostView host;
  private final Architecture architecture;
  private final List<Trial> trials = new ArrayList<>();

  private KernelTrials(Sandbox sandbox, HostView host, Architecture architecture) {
    this.sandbox = sandbox;
    this.host = host;
    this.architecture = architecture;
  }

  static List<Trial> of(Sandbox sandbox, HostView host, Architecture architecture) {
    KernelTrials all = new KernelTrials(sandbox, host, architecture);
    all.namespaces();
    all.mounts();
    all.filter();
    all.keys();
    all.kernel();
    all.descriptorSignals();
    all.counters();
    all.terminal();
    if (sandbox.network().value() == Network.NONE) {
      all.network();
    }
    all.sockets();
    return all.trials;
  }

  private void namespaces() {
    for (String name : List.of("user", "mnt", "pid", "ipc", "uts", "cgroup", "net")) {
      if (!name.equals("net") || sandbox.network().value() == Network.NONE) {
        own(Promise.NAMESPACES, name);
      }
    }
    if (host.namespaces().containsKey("time")) {
      own(Promise.NAMESPACES, "time");
    }
    for (Namespace namespace : Namespace.values()) {
      inChild(Promise.NAMESPACES, "unshare", DENIED, Syscall.UNSHARE, value(namespace.flag()));
    }
    inChild(Promise.NAMESPACES, "unshare", DENIED, Syscall.UNSHARE, value(NEW_TIME));
    Value newUser = value(Namespace.USER.flag() | Signal.SIGCHLD.number());
    inChild(Promise.NAMESPACES, "clone", DENIED, Syscall.CLONE, newUser, NULL, NULL, NULL, NULL);
    inChild(Promise.NAMESPACES, "clone3", Rule.refused(Errno.ENOSYS), Syscall.CLONE3, NULL, NULL);
    trials.add(
        Trial.inChild(Promise.NAMESPACES, "setns", DENIED, open("/proc/self/ns/uts"),
            Trial.Call.of(Syscall.SETNS, Kernel.FIRST, NULL)));
  }

  private void own(Promise promise, String namespace) {
    String theHosts = host.namespaces().getOrDefault(namespace, "");
    Rule other =
        answer -> {
          boolean is = !answer.isError() && !answer.text().equals(theHosts);
          return Reply.of(is, answer.isError() ? answer.told() : is ? "its own" : "the host's");
        };
    Trial.Data text = new Trial.Data.Counted();
    trials.add(Trial.writing(promise, "ns/" + namespace, text, other, readLink("/proc/self/ns/" + namespace)));
  }

  private void mounts() {
    Value file = path("/dev/null");
    trials.add(
        Trial.inChild(Promise.MOUNTS, "mount", DENIED,
            Trial.Call.of(Syscall.MOUNT, file, file, NULL, value(MountFlags.MS_BIND), NULL),
            Trial.Call.of(Syscall.UMOUNT2, file, value(MountFlags.MNT_DETACH))));
    long expire = 4; // MNT_EXPIRE: what is in use stays, and what is not stays at the first call
    inChild(Promise.MOUNTS, "umount", DENIED, Syscall.UMOUNT2, path("/proc"), value(expire));
    inChild(Promise.MOUNTS, "pivot_root", DENIED, Syscall.PIVOT_ROOT, path("/"), path("/"));
    inChild(Promise.MOUNTS, "chroot", DENIED, Syscall.CHROOT, path("/"));
    Value clone = value(MountFlags.OPEN_TREE_CLONE | MountFlags.OPEN_TREE_CLOEXEC);
    inChild(Promise.MOUNTS, "open_tree", DENIED, Syscall.OPEN_TREE, HERE, path("/"), clone);
    inChild(Promise.MOUNTS, "fsopen", DENIED, Syscall.FSOPEN, path("tmpfs"), NULL);
    Value nothing = words(0, 0, 0, 0);
    inChild(Promise.MOUNTS, "mount_setattr", DENIED, Syscall.MOUNT_SETATTR, HERE, path("/"), NULL, nothing, value(32));
  }

  /** On a file of the kernel's, where no other process minds. */
  private void locks() {
    Rule none = Rule.refused(Errno.ENOLCK);
    Trial.Call file = open("/proc/self/status");
    long shared = 1;
    trials.add(
        Trial.of(Promise.FILTER, "flock", none, file, Trial.Call.of(Syscall.FLOCK, Kernel.FIRST, value(shared))));
    // struct flock: F_RDLCK, from the beginning, all of it
    Value all = words(0, 0, 0, 0);
    for (long command : LOCKS) {
      trials.add(
          Trial.of(
              Promise.FILTER, "fcntl locks", none, file,
              Trial.Call.of(Syscall.FCNTL, Kernel.FIRST, value(command), all)));
    }
  }

  /**
   * By its own descriptor a script would have the kernel stall the host's programs, tell what the host does in a
   * directory, or send any signal.
   */
  private void descriptorSignals() {
    inChild(Promise.KERNEL, "F_SETLEASE", DENIED, Syscall.FCNTL, NULL, value(1024), NULL);
    inChild(Promise.KERNEL, "F_NOTIFY", DENIED, Syscall.FCNTL, NULL, value(1026), NULL);
    inChild(Promise.KERNEL, "F_SETSIG", DENIED, Syscall.FCNTL, NULL, value(10), NULL);
  }

  /** Without a bound in its user namespace a run could use up those of the user that started it. */
  private void counters() {
    String file = "/proc/sys/user/max_inotify_instances";
    Rule few =
        answer -> {
          boolean lacks = answer.is(Errno.ENOENT);
          String count = answer.text().strip();
          boolean holds = lacks || (!answer.isError() && count.length() <= MOST_DIGITS);
          return Reply.of(holds, answer.isError() ? answer.told() : count);
        };
    trials.add(
        Trial.writing(
            Promise.KERNEL, "inotify instances", new Trial.Data.Counted(), few, open(file), Kernel.read()));
  }

  private void filter() {
    int filterMode = 2;
    trials.add(Trial.of(Promise.FILTER, "seccomp mode", Rule.returns(filterMode), prctl(21)));
    Value readImpliesExec = value(0x0400000);
    inChild(Promise.FILTER, "personality", DENIED, Syscall.PERSONALITY, readImpliesExec);
    if (sandbox.fileLocks().value() == FileLocks.DENY) {
      locks();
    }
    inChild(Promise.FILTER, "kcmp", DENIED, Syscall.KCMP, value(2), value(2), NULL, NULL, NULL);
  }

  private void keys() {
    Value type = path("user");
    Value name = path("chroot-lite-verify");
    inChild(Promise.KEYS, "keyctl", DENIED, Syscall.KEYCTL, NULL, value(-3), NULL);
    Value ofThread = value(-1);
    inChild(Promise.KEYS, "add_key", DENIED, Syscall.ADD_KEY, type, name, name, value(1), ofThread);
    inChild(Promise.KEYS, "request_key", DENIED, Syscall.REQUEST_KEY, type, name, NULL, NULL);
  }

  private void kernel() {
    // BPF_MAP_CREATE: an array of one
    inChild(Promise.KERNEL, "bpf", DENIED, Syscall.BPF, NULL, words(2L | 4L << 32, 8L | 1L << 32, 0, 0), value(32));
    // struct perf_event_attr: a software event, 64 bytes, the CPU clock, of user space only
    Value event = words(1L | 64L << 32, 0, 0, 0, 0, 0x60, 0, 0);
    Value any = value(-1);
    inChild(Promise.KERNEL, "perf_event_open", DENIED, Syscall.PERF_EVENT_OPEN, event, NULL, any, any, NULL);
    inChild(Promise.KERNEL, "userfaultfd", DENIED, Syscall.USERFAULTFD, value(1));
    Value ring = Value.addressOf(new Datum.Cell("ring", 128));
    inChild(Promise.KERNEL, "io_uring_setup", Rule.refused(Errno.ENOSYS), Syscall.IO_URING_SETUP, value(1), ring);
    inChild(Promise.KERNEL, "syslog", DENIED, Syscall.SYSLOG, value(10), NULL, NULL);
    // Each with what no kernel would do even for root: a module without content, a wrong magic number, no such file.
    inChild(Promise.KERNEL, "init_module", DENIED, Syscall.INIT_MODULE, NULL, NULL, path(""));
    inChild(Promise.KERNEL, "reboot", DENIED, Syscall.REBOOT, NULL, NULL, NULL, NULL);
    inChild(Promise.KERNEL, "swapon", DENIED, Syscall.SWAPON, path(""), NULL);
    inChild(Promise.KERNEL, "open_by_handle_at", DENIED, Syscall.OPEN_BY_HANDLE_AT, HERE, NULL, NULL);
    inChild(Promise.KERNEL, "process_vm_readv", DENIED, Syscall.PROCESS_VM_READV, value(2));
    if (Syscall.MODIFY_LDT.isOn(architecture)) {
      inChild(Promise.KERNEL, "modify_ldt", DENIED, Syscall.MODIFY_LDT, NULL, BUFFER, value(16));
    }
  }

  private void terminal() {
    Trial.Call tty = open("/dev/tty", FileFlags.O_WRONLY | FileFlags.O_NOCTTY | FileFlags.O_CLOEXEC);
    trials.add(Trial.of(Promise.TERMINAL, "open /dev/tty", Rule.refused(Errno.ENXIO), tty));
    trials.add(Trial.of(Promise.TERMINAL, "getsid", Rule.returns(2), Trial.Call.of(Syscall.GETSID, NULL)));
    for (long request : List.of(TIOCSTI, TIOCSTI | 1L << 32)) {
      inChild(Promise.TERMINAL, "TIOCSTI", DENIED, Syscall.IOCTL, NULL, value(request), BUFFER);
    }
    inChild(Promise.TERMINAL, "TIOCLINUX", DENIED, Syscall.IOCTL, NULL, value(TIOCLINUX), BUFFER);
  }

  private void network() {
    own(Promise.NETWORK, "net");
    // struct sockaddr_in, with port 9: an address for documentation (RFC 5737), then our own
    connects("connect 192.0.2.1", 2, words(2L | 9L << 24 | 0x0102_00c0L << 32, 0), 16, unreachable());
    connects("connect 127.0.0.1", 2, words(2L | 9L << 24 | 0x0100_007fL << 32, 0), 16, Rule.succeeds());
    // struct sockaddr_in6: 2001:db8::1 (RFC 3849)
    connects("connect 2001:db8::1", 10, words(10L | 9L << 24, 0xb80d_0120L, 1L << 56, 0), 28, unreachable());
  }

  private static Rule unreachable() {
    return Rule.refused(Errno.ENETUNREACH, Errno.EAFNOSUPPORT, Errno.EADDRNOTAVAIL);
  }

  /** A connected datagram socket has a route, and has sent nothing. */
  private void connects(String what, long family, Value address, long size, Rule rule) {
    long datagram = 2;
    trials.add(
        Trial.of(Promise.NETWORK, what, rule, Trial.Call.of(Syscall.SOCKET, value(family), value(datagram), NULL),
            Trial.Call.of(Syscall.CONNECT, Kernel.FIRST, address, value(size))));
  }

  private void sockets() {
    socket("AF_PACKET", 17, 3, 0);
    socket("AF_VSOCK", 40, 1, 0);
    socket("AF_ALG", 38, 5, 0);
    socket("raw", 2, 3, 1);
    socket("NETLINK_AUDIT", 16, 3, 9);
    socket("NETLINK_NETFILTER", 16, 3, 12);
    socket("NETLINK_KOBJECT_UEVENT", 16, 3, 15);
    socket("AF_KEY", 15, 3, 2);
    socket("AF_BLUETOOTH", 31, 3, 1);
    socket("SCTP", 2, 1, 132);
  }

  private void socket(String what, long family, long type, long protocol) {
    inChild(Promise.SOCKETS, what, Rule.fails(), Syscall.SOCKET, value(family), value(type), value(protocol));
  }

  private void inChild(Promise promise, String what, Rule rule, Syscall call, Value... arguments) {
    trials.add(Trial.inChild(promise, what, rule, Trial.Call.of(call, arguments)));
  }
}
