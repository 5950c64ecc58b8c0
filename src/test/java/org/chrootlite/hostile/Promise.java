package org.chrootlite.hostile;

/**
 * What a run promises, unless its manifest grants it; {@link #GIVES} is what a script does get. That it cannot hurt the
 * supervisor has tests of its own, because no sandbox takes part in it: OutputPumpTest, VisibleOutputTest, LimitsIT.
 */
public enum Promise {
  FILES("see or change a host file, by any path, descriptor, /proc link, symlink in its rootfs, or collected artifact"),
  SIGHTS(
      "see the host's environment, command lines, processes, keys, System V or abstract sockets, hostname, terminal"),
  IDENTITY("have a host uid that means anything"),
  CAPABILITIES(
      "hold or gain a capability, run a setuid or file-capability binary with effect, unset no_new_privs"),
  KERNEL(
      "make namespaces, mount, pivot, chroot, setns, ptrace outside its own children, load BPF, use keyctl, perf,"
          + " userfaultfd, io_uring, rare sockets, or another ABI"),
  INIT("signal, trace or read pid 1 or the launcher"),
  TERMINAL("inject into the caller's terminal or hold it"),
  LIFETIME("outlive its run"),
  LIMITS("exceed a limit by using many processes, threads, tmpfs, memfd, shared memory, sparse files, inodes"),
  HONESTY("lie about itself: exit 137 and SIGKILL are told apart, and 125 from the script from our own 125"),
  GIVES("it does get: its streams, signals, umask, devices, /proc, loopback, directories, results");

  private final String words;

  Promise(String words) {
    this.words = words;
  }

  /** In the words of the README: "unless its manifest grants it, a script cannot ...". */
  public String words() {
    return words;
  }
}
