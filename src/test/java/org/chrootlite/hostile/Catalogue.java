package org.chrootlite.hostile;

import static org.chrootlite.hostile.Check.By.HOST;
import static org.chrootlite.hostile.Check.By.SCRIPT;
import static org.chrootlite.hostile.Check.By.TEST;

import java.util.List;
import org.chrootlite.hostile.Check.By;

/** All checks, in the order in which the programs make them. */
public final class Catalogue {
  private static final List<Check> ALL =
      List.of(
          check("signals", Promise.GIVES, SCRIPT, "begins with signals ignored or blocked"),
          check("umask", Promise.GIVES, SCRIPT, "begins with another umask than 022"),
          check("session", Promise.TERMINAL, SCRIPT, "is in a session of the caller's"),
          check("devices", Promise.GIVES, SCRIPT, "uses null, zero, full, random, urandom, tty, shm, fd"),
          check("streams-opened", Promise.GIVES, SCRIPT, "opens /dev/stdin, /dev/stdout and /dev/stderr"),
          check("no-more-devices", Promise.FILES, SCRIPT, "finds another device of the host"),
          check("process-files", Promise.GIVES, SCRIPT, "finds itself in /proc"),
          check("loopback", Promise.GIVES, SCRIPT, "talks to itself through 127.0.0.1"),
          check("own-tmp", Promise.GIVES, SCRIPT, "has a /tmp of its own, mode 1777"),
          check("own-workdir", Promise.GIVES, SCRIPT, "has a working directory of its own, mode 0755"),
          check("resolver", Promise.GIVES, SCRIPT, "has the host's resolver where it has its network"),
          check("owners", Promise.GIVES, SCRIPT, "owns the files of its root"),
          check("host-file-by-path", Promise.FILES, SCRIPT,
              "reads a host file by its path, and by one with many \"..\""),
          check("host-file-by-proc", Promise.FILES, SCRIPT,
              "reads it through root, cwd and fd of every process in /proc"),
          check("host-file-by-descriptor", Promise.FILES, SCRIPT, "begins with a descriptor beside its streams"),
          check("host-file-by-working-directory", Promise.FILES, SCRIPT, "begins in another directory than its own"),
          check("host-file-by-chroot", Promise.FILES, SCRIPT, "leaves its root by a second chroot"),
          check("host-file-by-mount", Promise.FILES, SCRIPT, "mounts, binds, remounts or uncovers something"),
          check("host-file-by-handle", Promise.FILES, SCRIPT, "opens a file by its handle, past all directories"),
          check("device-made", Promise.FILES, SCRIPT, "makes a device and opens it"),
          check("device-found", Promise.FILES, SCRIPT, "opens a device that lies in its rootfs"),
          check("root-written-as-granted", Promise.FILES, SCRIPT, "writes to its root: as the manifest says"),
          check("read-only-mount", Promise.FILES, SCRIPT, "changes files, names and attributes in a read-only mount"),
          check("writable-mount", Promise.GIVES, SCRIPT, "writes to a mount that is granted so"),
          check("mounted-file", Promise.GIVES, SCRIPT, "reads a file that is granted"),
          check("script-read-only", Promise.GIVES, SCRIPT, "changes its own file, or what lies beside it"),
          check("set-id-bits", Promise.CAPABILITIES, SCRIPT, "makes a setuid or setgid file"),
          check("host-environment", Promise.SIGHTS, SCRIPT, "finds variables that its manifest does not give it"),
          check("host-command-lines", Promise.SIGHTS, SCRIPT, "finds the caller's arguments in /proc"),
          check("host-processes", Promise.SIGHTS, SCRIPT, "sees, or may signal, other processes than its own"),
          check("host-keys", Promise.SIGHTS, SCRIPT, "reads a key of the caller's session"),
          check("keyrings", Promise.KERNEL, SCRIPT, "stores a key in the kernel"),
          check("host-system-v", Promise.SIGHTS, SCRIPT, "attaches shared memory of the host"),
          check("host-abstract-socket", Promise.SIGHTS, SCRIPT, "connects to an abstract socket of the host"),
          check("host-network", Promise.SIGHTS, SCRIPT, "connects to a port of the host, or sees its interfaces"),
          check("host-name", Promise.SIGHTS, SCRIPT, "learns the host's name or NIS domain"),
          check("host-terminal", Promise.TERMINAL, SCRIPT, "opens the caller's terminal"),
          check("host-mounts", Promise.SIGHTS, SCRIPT, "has mounts that receive what the host mounts later"),
          check("host-control-groups", Promise.SIGHTS, SCRIPT, "learns the names of the host's control groups"),
          check("proc-hidden", Promise.SIGHTS, SCRIPT,
              "reads what tells of the host in /proc: kcore, keys, timers ..."),
          check("proc-read-only", Promise.SIGHTS, SCRIPT, "finds bus, fs, irq, sys or sysrq-trigger of /proc writable"),
          check("user-counters", Promise.IDENTITY, SCRIPT, "takes more inotify instances of its user than 16"),
          check("host-time-namespace", Promise.SIGHTS, SCRIPT, "is in the time namespace of the host"),
          check("kernel-settings", Promise.IDENTITY, SCRIPT, "opens settings of the kernel for writing"),
          check("host-uid", Promise.IDENTITY, SCRIPT, "is root on the host, or has more than one id there"),
          check("user", Promise.GIVES, SCRIPT, "is the user of the manifest"),
          check("groups", Promise.IDENTITY, SCRIPT, "is in a group of the caller's, or changes its groups"),
          check("capabilities", Promise.CAPABILITIES, SCRIPT, "holds a capability in one of the five sets"),
          check("setuid-program", Promise.CAPABILITIES, SCRIPT, "gains something by a setuid program of its rootfs"),
          check("capable-program", Promise.CAPABILITIES, SCRIPT, "gains something by a program with file capabilities"),
          check("no-new-privileges", Promise.CAPABILITIES, SCRIPT, "has no_new_privs unset, or unsets it"),
          check("namespaces", Promise.KERNEL, SCRIPT, "makes a namespace, by unshare or clone"),
          check("namespaces-joined", Promise.KERNEL, SCRIPT, "joins a namespace"),
          check("bpf", Promise.KERNEL, SCRIPT, "makes a BPF map"),
          check("perf", Promise.KERNEL, SCRIPT, "opens a performance counter"),
          check("userfaultfd", Promise.KERNEL, SCRIPT, "handles page faults"),
          check("io-uring", Promise.KERNEL, SCRIPT, "makes an io_uring"),
          check("kernel-log", Promise.KERNEL, SCRIPT, "reads the kernel's log"),
          check("rare-sockets", Promise.KERNEL, SCRIPT, "makes packet, vsock, alg, raw, SCTP or rare netlink sockets"),
          check("other-abi", Promise.KERNEL, SCRIPT, "makes calls of i386 and x32"),
          check("terminal-injection", Promise.TERMINAL, SCRIPT,
              "types into a terminal: TIOCSTI, with high bits, TIOCLINUX"),
          check("pid-1-signals", Promise.INIT, SCRIPT, "may signal the process that watches over it"),
          check("pid-1-settings", Promise.INIT, SCRIPT, "reads its limits, or sets its priority or processors"),
          check("pid-1-traced", Promise.INIT, SCRIPT, "traces it or reads its memory"),
          check("pid-1-read", Promise.INIT, SCRIPT, "reads its environment, maps, memory or links in /proc"),
          check("pid-1-capabilities", Promise.INIT, SCRIPT, "finds that it holds a capability"),
          check("pid-1-directories", Promise.INIT, SCRIPT, "finds a directory that it holds open"),
          check("pid-1-name", Promise.GIVES, SCRIPT, "finds it under its name"),
          check("limit-open-files", Promise.LIMITS, SCRIPT, "opens more files, or raises the limit"),
          check("limit-file-size", Promise.LIMITS, SCRIPT, "makes a larger file, sparse or not, with SIGXFSZ ignored"),
          check("limit-address-space", Promise.LIMITS, SCRIPT, "reserves more address space"),
          check("limit-processes", Promise.LIMITS, SCRIPT, "makes more processes"),
          check("limit-cpu-time", Promise.LIMITS, SCRIPT, "raises its CPU time"),
          check("limit-stack", Promise.LIMITS, SCRIPT, "raises its stack"),
          check("limit-core-size", Promise.LIMITS, SCRIPT, "raises the size of core dumps"),
          check("limit-queued-signals", Promise.LIMITS, SCRIPT, "queues more signals than one run may"),
          check("limit-messages", Promise.LIMITS, SCRIPT, "makes larger message queues"),
          check("limit-disk", Promise.LIMITS, SCRIPT, "writes more bytes, to all places together"),
          check("limit-inodes", Promise.LIMITS, SCRIPT, "makes more files"),
          check("limit-tmpfs", Promise.LIMITS, SCRIPT, "writes more to a tmpfs than its size"),
          check("streams-end", Promise.GIVES, HOST, "the streams end when the script's do: nobody else holds them"),
          check("control-group", Promise.LIMITS, HOST, "the launcher is not in the run's control group"),
          check("launcher-capabilities", Promise.INIT, HOST, "the launcher holds a capability while the script runs"),
          check("launcher-read", Promise.INIT, HOST,
              "the launcher's environment is read by another process of its user"),
          check("launcher-descriptors", Promise.FILES, HOST, "the launcher holds a directory that its caller leaked"),
          check("stops-with-caller", Promise.LIMITS, HOST, "the caller is stopped: the script goes on, unwatched"),
          check("dies-with-caller", Promise.LIFETIME, HOST, "the caller is killed: the script goes on"),
          check("dies-with-launcher", Promise.LIFETIME, HOST, "the launcher is killed: the script goes on"),
          check("limit-wall-time", Promise.LIMITS, HOST, "the time is up: the script goes on"),
          check("nothing-outlives", Promise.LIFETIME, HOST, "daemons, stopped and deaf, are there after the run"),
          check("exit-125-reported", Promise.HONESTY, TEST, "exits as our launcher does when it fails"),
          check("end-reported", Promise.GIVES, TEST, "the report says how the script ended"),
          check("usage-reported", Promise.LIMITS, TEST, "what daemons used is in the report"),
          check("disk-reported", Promise.LIMITS, TEST, "what is in use of the memory for writes is in the report"),
          check("artifact-collected", Promise.GIVES, TEST, "a result is collected"),
          check("artifact-link", Promise.FILES, TEST, "a link in place of a result is followed"),
          check("host-unchanged", Promise.FILES, TEST,
              "rootfs, read-only mounts and the run's directory are as before"),
          check("failure-reported", Promise.GIVES, TEST,
              "a missing program is reported, with files limited to 0 bytes"),
          check("program-permissions", Promise.CAPABILITIES, TEST,
              "a program that its user may not execute is executed"));

  private Catalogue() {}

  /** All checks. */
  public static List<Check> all() {
    return ALL;
  }

  /** The names of those that these find out. */
  static List<String> names(By by) {
    return ALL.stream().filter(check -> check.by() == by).map(Check::name).toList();
  }

  private static Check check(String name, Promise promise, By by, String description) {
    return new Check(name, promise, by, description);
  }
}
