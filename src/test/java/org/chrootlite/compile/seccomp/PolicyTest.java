package org.chrootlite.compile.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.compile.bpf.Action;
import org.chrootlite.compile.bpf.SeccompData;
import org.chrootlite.compile.bpf.Simulator;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.FileLocks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the filter must say about calls that matter, written down without looking at the policy's tables. */
class PolicyTest {

  private static final Action ALLOWED = new Action.Allow();
  private static final Action KILLED = new Action.KillProcess();
  private static final Action DENIED = new Action.Fail(Errno.EPERM);
  private static final Action UNKNOWN = new Action.Fail(Errno.ENOSYS);

  private static final long RUBBISH = 0xdead_beefL << 32;

  private static Action ask(Architecture architecture, long abi, int number, long... arguments) {
    List<Long> six = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      six.add(i < arguments.length ? arguments[i] : 0);
    }
    return Simulator.run(
        SeccompFilter.forArchitecture(architecture).program(), new SeccompData(number, (int) abi, 0, six));
  }

  /** On each architecture that has the call, and whatever the high halves hold. */
  private static void assertAnswer(Action expected, Syscall syscall, long... arguments) {
    long[] rubbish = arguments.clone();
    for (int i = 0; i < rubbish.length; i++) {
      rubbish[i] |= RUBBISH;
    }
    for (Architecture architecture : Architecture.values()) {
      if (syscall.isOn(architecture)) {
        int number = syscall.number(architecture);
        assertEquals(expected, ask(architecture, architecture.auditArch(), number, arguments), syscall.id());
        assertEquals(expected, ask(architecture, architecture.auditArch(), number, rubbish), syscall.id());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void callsThatAreNewerThanThePolicyAreUnknown(Architecture architecture) {
    for (int number = 470; number < 1000; number++) {
      assertEquals(UNKNOWN, ask(architecture, architecture.auditArch(), number));
    }
    assertEquals(UNKNOWN, ask(architecture, architecture.auditArch(), 0x3fff_ffff));
    assertEquals(UNKNOWN, ask(architecture, architecture.auditArch(), -1));
  }

  @Test
  void foreignAbisAreKilled() {
    long i386 = 0x4000_0003L;
    long arm = 0x4000_0028L;
    assertEquals(KILLED, ask(Architecture.X86_64, i386, 20));
    assertEquals(KILLED, ask(Architecture.AARCH64, arm, 20));
    assertEquals(KILLED, ask(Architecture.X86_64, Architecture.AARCH64.auditArch(), 0));
    assertEquals(KILLED, ask(Architecture.AARCH64, Architecture.X86_64.auditArch(), 0));
  }

  @Test
  void x32IsKilled() {
    for (int number = 0; number < 600; number++) {
      assertEquals(KILLED, ask(Architecture.X86_64, Architecture.X86_64.auditArch(), 0x4000_0000 | number));
    }
    assertEquals(KILLED, ask(Architecture.X86_64, Architecture.X86_64.auditArch(), 0x7fff_ffff));
  }

  @Test
  void aNewNamespaceIsRefusedByWhateverCallAsksForIt() {
    for (long flag : new long[] {
      0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000
    }) {
      assertAnswer(DENIED, Syscall.CLONE, flag);
      assertAnswer(DENIED, Syscall.CLONE, flag | 17);
      assertAnswer(DENIED, Syscall.UNSHARE, flag);
    }
    assertAnswer(DENIED, Syscall.SETNS, 3, 0);
    assertAnswer(UNKNOWN, Syscall.CLONE3);
  }

  @Test
  void threadsAndProcessesAreMade() {
    // What glibc asks for: fork, vfork for posix_spawn, pthread_create.
    assertAnswer(ALLOWED, Syscall.CLONE, 0x0120_0011);
    assertAnswer(ALLOWED, Syscall.CLONE, 0x0000_4111);
    assertAnswer(ALLOWED, Syscall.CLONE, 0x003d_0f00);
    assertAnswer(ALLOWED, Syscall.FORK);
    assertAnswer(ALLOWED, Syscall.VFORK);
  }

  @Test
  void theFilesystemsShapeIsFixed() {
    for (Syscall syscall : List.of(
        Syscall.MOUNT, Syscall.UMOUNT2, Syscall.PIVOT_ROOT, Syscall.CHROOT, Syscall.OPEN_TREE,
        Syscall.OPEN_TREE_ATTR, Syscall.MOVE_MOUNT, Syscall.FSOPEN, Syscall.FSCONFIG, Syscall.FSMOUNT,
        Syscall.FSPICK, Syscall.MOUNT_SETATTR, Syscall.OPEN_BY_HANDLE_AT, Syscall.NAME_TO_HANDLE_AT, Syscall.SWAPON,
        Syscall.QUOTACTL)) {
      assertAnswer(DENIED, syscall);
    }
  }

  @Test
  void theKernelsFavouriteHolesAreShut() {
    for (Syscall syscall : List.of(
        Syscall.BPF, Syscall.PTRACE, Syscall.PROCESS_VM_READV, Syscall.PROCESS_VM_WRITEV, Syscall.PIDFD_GETFD,
        Syscall.KCMP, Syscall.USERFAULTFD, Syscall.PERF_EVENT_OPEN, Syscall.KEYCTL, Syscall.ADD_KEY,
        Syscall.REQUEST_KEY, Syscall.INIT_MODULE, Syscall.FINIT_MODULE, Syscall.DELETE_MODULE, Syscall.KEXEC_LOAD,
        Syscall.KEXEC_FILE_LOAD, Syscall.REBOOT, Syscall.SYSLOG, Syscall.ACCT, Syscall.IOPL, Syscall.IOPERM,
        Syscall.MODIFY_LDT, Syscall.CLOCK_SETTIME, Syscall.SETTIMEOFDAY, Syscall.ADJTIMEX, Syscall.CLOCK_ADJTIME,
        Syscall.FANOTIFY_INIT)) {
      assertAnswer(DENIED, syscall);
    }
    for (Syscall syscall : List.of(
        Syscall.IO_URING_SETUP, Syscall.IO_URING_ENTER, Syscall.IO_URING_REGISTER, Syscall.IO_SETUP,
        Syscall.IO_SUBMIT)) {
      assertAnswer(UNKNOWN, syscall);
    }
  }

  @Test
  void noCallThatNamesProcessOneReachesIt() {
    for (Syscall syscall : List.of(
        Syscall.KILL, Syscall.TKILL, Syscall.TGKILL, Syscall.RT_SIGQUEUEINFO, Syscall.RT_TGSIGQUEUEINFO,
        Syscall.PIDFD_OPEN, Syscall.PRLIMIT64, Syscall.SCHED_SETAFFINITY, Syscall.SCHED_SETSCHEDULER,
        Syscall.SCHED_SETPARAM, Syscall.SCHED_SETATTR)) {
      assertAnswer(DENIED, syscall, 1, 9);
      assertAnswer(ALLOWED, syscall, 2, 9);
      assertAnswer(ALLOWED, syscall, 0, 9);
      assertAnswer(ALLOWED, syscall, -1, 9);
    }
    // It may be named by an open directory of /proc.
    assertAnswer(UNKNOWN, Syscall.PIDFD_SEND_SIGNAL, 3, 9);
    assertAnswer(DENIED, Syscall.TGKILL, 2, 1);
    assertAnswer(DENIED, Syscall.RT_TGSIGQUEUEINFO, 2, 1);
    assertAnswer(DENIED, Syscall.SETPRIORITY, 0, 1, 19);
    assertAnswer(ALLOWED, Syscall.SETPRIORITY, 1, 1, 19);
    assertAnswer(DENIED, Syscall.IOPRIO_SET, 1, 1, 0);
    assertAnswer(ALLOWED, Syscall.IOPRIO_SET, 2, 1, 0);
  }

  @Test
  void fcntlRefusesLeasesNotificationsAndSignalsOfADescriptorInAllWidths() {
    long garbage = 0x5a5a_a5a5_0000_0000L;
    for (long command : new long[] {10, 1024, 1026}) {
      for (long argument : new long[] {0, 1, 2, 25}) {
        assertAnswer(DENIED, Syscall.FCNTL, 3, command, argument);
        assertAnswer(DENIED, Syscall.FCNTL, 3, command | garbage, argument);
      }
    }
    // F_DUPFD to F_GETOWN, F_GETSIG, F_OFD_SETLK, F_GETLEASE, F_DUPFD_CLOEXEC, F_ADD_SEALS
    for (long command : new long[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 37, 1025, 1030, 1033}) {
      assertAnswer(ALLOWED, Syscall.FCNTL, 3, command, 10);
      assertAnswer(ALLOWED, Syscall.FCNTL, 3, command | garbage, 1024);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whereLocksAreDeniedEachRequestIsAnsweredAsWithoutLocksInAllWidths(Architecture architecture) {
    SeccompFilter filter = SeccompFilter.forArchitecture(architecture, Accounting.KERNEL, FileLocks.DENY);
    Action none = new Action.Fail(Errno.ENOLCK);
    for (long high : new long[] {0, RUBBISH}) {
      assertEquals(none, ask(filter, Syscall.FLOCK, 3, high | 2));
      for (long command : new long[] {5, 6, 7, 36, 37, 38}) {
        assertEquals(none, ask(filter, Syscall.FCNTL, 3, high | command));
      }
      for (long command : new long[] {10, 1024, 1026, 1036, 1038}) {
        assertEquals(DENIED, ask(filter, Syscall.FCNTL, 3, high | command));
      }
      for (long command : new long[] {0, 1, 2, 3, 4, 8, 9, 1030, 1033}) {
        assertEquals(ALLOWED, ask(filter, Syscall.FCNTL, 3, high | command));
      }
    }
  }

  private static Action ask(SeccompFilter filter, Syscall syscall, long first, long second) {
    int number = syscall.number(filter.architecture());
    int abi = (int) filter.architecture().auditArch();
    return Simulator.run(filter.program(), new SeccompData(number, abi, 0, List.of(first, second, 0L, 0L, 0L, 0L)));
  }

  @Test
  void noCallThatNamesTheSignalOfALargeFileSendsIt() {
    long sigxfsz = 25;
    for (Syscall syscall : List.of(Syscall.KILL, Syscall.TKILL, Syscall.RT_SIGQUEUEINFO)) {
      for (long target : new long[] {0, 2, -1}) {
        assertAnswer(DENIED, syscall, target, sigxfsz);
        assertAnswer(ALLOWED, syscall, target, 24);
        assertAnswer(ALLOWED, syscall, target, 26);
      }
      assertAnswer(ALLOWED, syscall, sigxfsz, 9);
    }
    for (Syscall syscall : List.of(Syscall.TGKILL, Syscall.RT_TGSIGQUEUEINFO)) {
      assertAnswer(DENIED, syscall, 2, 3, sigxfsz);
      assertAnswer(ALLOWED, syscall, sigxfsz, sigxfsz, 24);
    }
    assertAnswer(DENIED, Syscall.PRCTL, 1, sigxfsz);
    assertAnswer(ALLOWED, Syscall.PRCTL, 1, 24);
    assertAnswer(ALLOWED, Syscall.PRCTL, 2, sigxfsz);
    // Its low byte is the signal by which the child's end is told.
    assertAnswer(DENIED, Syscall.CLONE, sigxfsz);
    assertAnswer(DENIED, Syscall.CLONE, 0x0120_0000 | sigxfsz);
    assertAnswer(ALLOWED, Syscall.CLONE, 0x0120_0000 | 24);
  }

  @Test
  void socketsAreLocalOrOfTheInternet() {
    Action noFamily = new Action.Fail(Errno.EAFNOSUPPORT);
    assertAnswer(ALLOWED, Syscall.SOCKET, 1, 2, 0);
    assertAnswer(ALLOWED, Syscall.SOCKET, 1, 5, 0);
    for (long family : new long[] {2, 10}) {
      assertAnswer(ALLOWED, Syscall.SOCKET, family, 1 | 02004000, 6);
      assertAnswer(ALLOWED, Syscall.SOCKET, family, 2 | 02000000, 0);
      assertAnswer(DENIED, Syscall.SOCKET, family, 3, 255);
      assertAnswer(new Action.Fail(Errno.ESOCKTNOSUPPORT), Syscall.SOCKET, family, 5, 132);
      assertAnswer(new Action.Fail(Errno.ESOCKTNOSUPPORT), Syscall.SOCKET, family, 6, 33);
      assertAnswer(new Action.Fail(Errno.EPROTONOSUPPORT), Syscall.SOCKET, family, 1, 132);
      assertAnswer(new Action.Fail(Errno.EPROTONOSUPPORT), Syscall.SOCKET, family, 1, 262);
    }
    assertAnswer(ALLOWED, Syscall.SOCKET, 16, 3, 0);
    for (int protocol = 1; protocol < 32; protocol++) {
      assertAnswer(noFamily, Syscall.SOCKET, 16, 3, protocol);
    }
    for (int family = 0; family < 64; family++) {
      if (family != 1 && family != 2 && family != 10 && family != 16) {
        assertAnswer(noFamily, Syscall.SOCKET, family, 1, 0);
      }
      assertAnswer(family == 1 ? ALLOWED : noFamily, Syscall.SOCKETPAIR, family, 1, 0);
    }
  }

  @Test
  void nothingIsTypedIntoATerminal() {
    assertAnswer(DENIED, Syscall.IOCTL, 0, 0x5412);
    assertAnswer(DENIED, Syscall.IOCTL, 0, 0x541c);
    assertAnswer(DENIED, Syscall.IOCTL, 0, 0x5423);
    // TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, TIOCSCTTY.
    for (long request : new long[] {0x5401, 0x5413, 0x541b, 0x5421, 0x540e}) {
      assertAnswer(ALLOWED, Syscall.IOCTL, 0, request);
    }
  }

  @Test
  void noCallMakesASetIdFile() {
    for (long mode : new long[] {04755, 02755, 06000}) {
      assertAnswer(DENIED, Syscall.CHMOD, 0, mode);
      assertAnswer(DENIED, Syscall.FCHMOD, 0, mode);
      assertAnswer(DENIED, Syscall.FCHMODAT, 0, 0, mode);
      assertAnswer(DENIED, Syscall.FCHMODAT2, 0, 0, mode, 0);
      assertAnswer(DENIED, Syscall.CREAT, 0, mode);
      assertAnswer(DENIED, Syscall.OPEN, 0, 0x41, mode);
      assertAnswer(DENIED, Syscall.OPENAT, 0, 0, 0x41, mode);
      assertAnswer(DENIED, Syscall.OPENAT, 0, 0, 0x410002, mode);
      assertAnswer(DENIED, Syscall.MKNOD, 0, 0100000 | mode, 0);
      assertAnswer(DENIED, Syscall.MKNODAT, 0, 0, mode, 0);
      // Without O_CREAT the mode is whatever the register held.
      assertAnswer(ALLOWED, Syscall.OPENAT, 0, 0, 0x8_0000, mode);
      assertAnswer(ALLOWED, Syscall.OPEN, 0, 1, mode);
    }
    assertAnswer(UNKNOWN, Syscall.OPENAT2);
    assertAnswer(ALLOWED, Syscall.CHMOD, 0, 01777);
    assertAnswer(ALLOWED, Syscall.OPENAT, 0, 0, 0x41, 0755);
  }

  @Test
  void noDeviceIsMade() {
    for (long type : new long[] {0020000, 0060000, 0120000, 0040000, 0170000}) {
      assertAnswer(DENIED, Syscall.MKNOD, 0, type | 0644, 0);
      assertAnswer(DENIED, Syscall.MKNODAT, 0, 0, type | 0644, 0);
    }
    for (long type : new long[] {0, 0100000, 0010000, 0140000}) {
      assertAnswer(ALLOWED, Syscall.MKNOD, 0, type | 0644, 0);
      assertAnswer(ALLOWED, Syscall.MKNODAT, 0, 0, type | 0644, 0);
    }
  }

  @Test
  void theHostsHugePagesAreNotTaken() {
    Action none = new Action.Fail(Errno.ENOMEM);
    assertAnswer(none, Syscall.MMAP, 0, 2 << 20, 3, 0x4_0022);
    assertAnswer(none, Syscall.MEMFD_CREATE, 0, 5);
    assertAnswer(none, Syscall.SHMGET, 0, 2 << 20, 05600);
    assertAnswer(ALLOWED, Syscall.MMAP, 0, 2 << 20, 3, 0x22);
    assertAnswer(ALLOWED, Syscall.MEMFD_CREATE, 0, 3);
    assertAnswer(ALLOWED, Syscall.SHMGET, 0, 2 << 20, 01600);
  }

  @Test
  void personalitiesThatOnlyConcernOneselfAreTaken() {
    assertAnswer(ALLOWED, Syscall.PERSONALITY, 0xffff_ffffL);
    assertAnswer(ALLOWED, Syscall.PERSONALITY, 0);
    assertAnswer(ALLOWED, Syscall.PERSONALITY, 0x4_0000);
    assertAnswer(DENIED, Syscall.PERSONALITY, 0x40_0000);
    assertAnswer(DENIED, Syscall.PERSONALITY, 0x4);
  }

  @Test
  void prctlOptionsThatNoProgramNeedsAreUnknown() {
    for (long option : new long[] {1, 4, 15, 22, 36, 38, 0x5356_4d41}) {
      assertAnswer(ALLOWED, Syscall.PRCTL, option);
    }
    // PR_SET_MM, PR_SET_SECUREBITS, PR_SET_SPECULATION_CTRL, PR_SCHED_CORE, any.
    for (long option : new long[] {35, 28, 53, 62, 1000, 0x5961_6d61}) {
      assertAnswer(new Action.Fail(Errno.EINVAL), Syscall.PRCTL, option);
    }
  }

  @ParameterizedTest
  @EnumSource
  void mostCallsAreAllowedAndTheSummarySaysHowMany(Architecture architecture) {
    SeccompFilter filter = SeccompFilter.forArchitecture(architecture);
    int allowed = 0;
    for (Syscall syscall : Syscall.values()) {
      if (syscall.isOn(architecture) && PolicyOracle.text(Policy.of(syscall)).contains("allow")) {
        allowed++;
      }
    }
    assertTrue(allowed > 250);
    assertEquals("seccomp: " + allowed + " calls allowed, default ENOSYS", filter.summary());
  }
}
