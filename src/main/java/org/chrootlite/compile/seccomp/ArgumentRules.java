package org.chrootlite.compile.seccomp;

import org.chrootlite.compile.bpf.Action;
import org.chrootlite.compile.seccomp.Rule.Always;
import org.chrootlite.compile.seccomp.Rule.Either;
import org.chrootlite.linux.Errno;

/** The rules of calls that are made with some arguments and refused with others. Numbers are the kernel's. */
final class ArgumentRules {

  static final Rule ALLOW = new Always(new Action.Allow());

  private static final IntArgument FIRST = new IntArgument(0);
  private static final IntArgument SECOND = new IntArgument(1);
  private static final IntArgument THIRD = new IntArgument(2);
  private static final IntArgument FOURTH = new IntArgument(3);

  private ArgumentRules() {}

  static Rule fail(Errno errno) {
    return new Always(new Action.Fail(errno));
  }

  private static Rule refuseIf(Test test, Rule otherwise) {
    return new Either(test, fail(Errno.EPERM), otherwise);
  }

  // Process 1 is our init. The kernel shields it from most signals of its own namespace, not from new limits or
  // priorities. 0 and negative numbers never mean it: it has a session of its own, and kill(-1) spares it.

  /** Calls whose first argument is a process. */
  static final Rule NOT_INIT = refuseIf(FIRST.isOneOf(1), ALLOW);

  // SIGXFSZ comes from the kernel alone, so that it shows who ran into limits.fileSize. Left are the two calls that
  // name a signal in memory, where no filter can look: timer_create(2) and mq_notify(3).

  private static final int SIGXFSZ = 25;

  /** kill(2), tkill(2), rt_sigqueueinfo(2): a process, or a thread, and a signal. */
  static final Rule SIGNAL_SECOND = refuseIf(SECOND.isOneOf(SIGXFSZ), NOT_INIT);

  /** tgkill(2), rt_tgsigqueueinfo(2): a process, a thread and a signal. */
  static final Rule SIGNAL_THIRD =
      refuseIf(THIRD.isOneOf(SIGXFSZ), refuseIf(FIRST.isOneOf(1), refuseIf(SECOND.isOneOf(1), ALLOW)));

  /**
   * All commands but F_SETSIG, F_SETLEASE and F_NOTIFY. A lease on a file that the host shares read-only stalls every
   * host program that opens the file for up to 45 seconds. A directory notification tells what the host does there.
   * F_SETSIG makes the kernel send any signal, SIGALRM and SIGXFSZ too, to the owner of a descriptor, init included.
   */
  static final Rule FCNTL = refuseIf(SECOND.isOneOf(10, 1024, 1026), ALLOW);

  /** What a file system without locks answers: programs know it from NFS, and some go on without. */
  static final Rule NO_LOCKS = fail(Errno.ENOLCK);

  /**
   * No locks, where the manifest denies them: F_GETLK, F_SETLK and F_SETLKW, and the three for open file descriptions.
   * Nor F_SET_RW_HINT and F_SET_FILE_RW_HINT, by which kernels before 6.8 keep a number with any inode.
   */
  static final Rule FCNTL_WITHOUT_LOCKS =
      new Either(SECOND.isOneOf(5, 6, 7, 36, 37, 38), NO_LOCKS, refuseIf(SECOND.isOneOf(1036, 1038), FCNTL));

  /** {@code setpriority(PRIO_PROCESS, 1, ...)}. */
  static final Rule SETPRIORITY = new Either(FIRST.isOneOf(0), refuseIf(SECOND.isOneOf(1), ALLOW), ALLOW);

  /** {@code ioprio_set(IOPRIO_WHO_PROCESS, 1, ...)}. */
  static final Rule IOPRIO_SET = new Either(FIRST.isOneOf(1), refuseIf(SECOND.isOneOf(1), ALLOW), ALLOW);

  /**
   * New namespaces: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. CLONE_NEWTIME (0x80) is not among
   * them, because here that bit belongs to the signal that tells of the child's end. The flags are a {@code long}, of
   * which the kernel takes the low half too. And no child whose end is told by SIGXFSZ.
   */
  static final Rule CLONE = refuseIf(FIRST.hasAnyOf(0x7e02_0000), refuseIf(FIRST.masked(0xff, SIGXFSZ), ALLOW));

  /**
   * UNIX sockets; TCP, UDP and ICMP echo over IPv4 and IPv6; and NETLINK_ROUTE, by which getifaddrs(3) lists the
   * network's interfaces. Other families and protocols would have the kernel load rarely used, rarely reviewed modules.
   */
  static final Rule SOCKET = socket();

  private static Rule socket() {
    // IPPROTO_IP, that is the usual one, ICMP, TCP, UDP, ICMPV6.
    Rule protocol = new Either(THIRD.isOneOf(0, 1, 6, 17, 58), ALLOW, fail(Errno.EPROTONOSUPPORT));
    // SOCK_STREAM and SOCK_DGRAM under SOCK_TYPE_MASK. SOCK_RAW (3) takes a capability, so the kernel says EPERM.
    Rule type = new Either(SECOND.masked(0xf, 1, 2), protocol,
        new Either(SECOND.masked(0xf, 3), fail(Errno.EPERM), fail(Errno.ESOCKTNOSUPPORT)));
    Rule unknown = fail(Errno.EAFNOSUPPORT);
    Rule netlink = new Either(THIRD.isOneOf(0), ALLOW, unknown);
    return new Either(FIRST.isOneOf(1), ALLOW,
        new Either(FIRST.isOneOf(2, 10), type, new Either(FIRST.isOneOf(16), netlink, unknown)));
  }

  /** AF_UNIX only. */
  static final Rule SOCKETPAIR = new Either(FIRST.isOneOf(1), ALLOW, fail(Errno.EAFNOSUPPORT));

  /**
   * All but TIOCSTI and TIOCLINUX, which type into a terminal, TIOCCONS, which takes the console, TIOCSETD, which loads
   * line disciplines, and TIOCVHANGUP.
   */
  static final Rule IOCTL = refuseIf(SECOND.isOneOf(0x5412, 0x541c, 0x541d, 0x5423, 0x5437), ALLOW);

  /** Set-user-id and set-group-id. */
  private static final int SET_ID_BITS = 06000;

  // Set-id bits mean nothing inside, but a file in a writable host directory outlives the run, and the uid that owns
  // it may be the caller's own: run by another user of the host, such a file would act as the caller. So no call may
  // make one. The price is that directories can't have the set-group-id bit either.

  /** chmod(2), fchmod(2), creat(2): the mode is the second argument. */
  static final Rule MODE_SECOND = refuseIf(SECOND.hasAnyOf(SET_ID_BITS), ALLOW);

  /** fchmodat(2). */
  static final Rule MODE_THIRD = refuseIf(THIRD.hasAnyOf(SET_ID_BITS), ALLOW);

  /** O_CREAT and the bit that makes O_TMPFILE; without them open(2) does not look at the mode. */
  private static final int CREATES = 0x40_0040;

  /** open(2). */
  static final Rule OPEN = new Either(SECOND.hasAnyOf(CREATES), MODE_THIRD, ALLOW);

  /** openat(2). */
  static final Rule OPENAT =
      new Either(THIRD.hasAnyOf(CREATES), refuseIf(FOURTH.hasAnyOf(SET_ID_BITS), ALLOW), ALLOW);

  /** mknod(2). */
  static final Rule MKNOD = mknod(SECOND);

  /** mknodat(2). */
  static final Rule MKNODAT = mknod(THIRD);

  /** Regular files (twice), FIFOs and sockets; no devices. */
  private static Rule mknod(IntArgument mode) {
    return new Either(mode.masked(0170000, 0, 0100000, 0010000, 0140000),
        refuseIf(mode.hasAnyOf(SET_ID_BITS), ALLOW), fail(Errno.EPERM));
  }

  // The huge pages that the host keeps ready (vm.nr_hugepages) are few, meant for somebody, and counted in no control
  // group's memory. Callers fall back to usual pages, as where the host has none.

  /** {@code mmap(..., MAP_HUGETLB, ...)}. */
  static final Rule MMAP = new Either(FOURTH.hasAnyOf(0x4_0000), fail(Errno.ENOMEM), ALLOW);

  /** {@code memfd_create(name, MFD_HUGETLB)}. */
  static final Rule MEMFD_CREATE = new Either(SECOND.hasAnyOf(4), fail(Errno.ENOMEM), ALLOW);

  /** {@code shmget(key, size, SHM_HUGETLB)}. */
  static final Rule SHMGET = new Either(THIRD.hasAnyOf(04000), fail(Errno.ENOMEM), ALLOW);

  /** PER_LINUX, PER_LINUX32 (setarch), ADDR_NO_RANDOMIZE (gdb, sanitizers) and the query. */
  static final Rule PERSONALITY = new Either(FIRST.isOneOf(0, 0x8, 0x4_0000, ~0), ALLOW, fail(Errno.EPERM));

  /** Options not here get the answer of a kernel that doesn't know them. */
  private static final Rule PRCTL_OPTIONS = new Either(FIRST.isOneOf(
      2, // PR_GET_PDEATHSIG
      3, 4, // PR_GET_DUMPABLE, SET
      7, 8, // PR_GET_KEEPCAPS, SET
      15, 16, // PR_SET_NAME, GET
      21, 22, // PR_GET_SECCOMP, SET
      23, // PR_CAPBSET_READ
      27, // PR_GET_SECUREBITS
      29, 30, // PR_SET_TIMERSLACK, GET
      34, // PR_MCE_KILL_GET
      36, 37, // PR_SET_CHILD_SUBREAPER, GET
      38, 39, // PR_SET_NO_NEW_PRIVS, GET
      40, // PR_GET_TID_ADDRESS
      41, 42, // PR_SET_THP_DISABLE, GET
      47, // PR_CAP_AMBIENT
      50, 51, // PR_SVE_SET_VL, GET
      52, // PR_GET_SPECULATION_CTRL
      54, // PR_PAC_RESET_KEYS
      55, 56, // PR_SET_TAGGED_ADDR_CTRL, GET
      60, 61, // PR_PAC_SET_ENABLED_KEYS, GET
      63, 64, // PR_SME_SET_VL, GET
      65, 66, // PR_SET_MDWE, GET
      68, // PR_GET_MEMORY_MERGE
      0x41555856, // PR_GET_AUXV
      0x53564d41), // PR_SET_VMA
      ALLOW, fail(Errno.EINVAL));

  /** PR_SET_PDEATHSIG, but not to SIGXFSZ, and the others. */
  static final Rule PRCTL = new Either(FIRST.isOneOf(1), refuseIf(SECOND.isOneOf(SIGXFSZ), ALLOW), PRCTL_OPTIONS);
}
