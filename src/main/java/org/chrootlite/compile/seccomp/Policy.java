package org.chrootlite.compile.seccomp;

import java.util.EnumSet;
import java.util.Set;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.FileLocks;

/**
 * What becomes of each system call. An allowlist: a call that is not named here, because it is newer than this file,
 * gets {@link #DEFAULT}, so that programs fall back to older calls. The Java compiler sees to it that every
 * {@link Syscall} is named.
 */
public final class Policy {

  /** ENOSYS: "Function not implemented". */
  public static final Rule DEFAULT = ArgumentRules.fail(Errno.ENOSYS);

  private static final Rule PERMISSION_DENIED = ArgumentRules.fail(Errno.EPERM);

  /**
   * Calls that make memory which no process need map: who looks at the processes would not see it. System V objects and
   * memory files stay when they are unmapped, semaphores and messages are never mapped; and a pipe that was given a
   * page by vmsplice(2) keeps the whole huge page around it. POSIX shared memory lies in a file system of limited size,
   * POSIX messages are limited by RLIMIT_MSGQUEUE, and what write(2) puts into pipes and sockets by their buffers.
   */
  private static final Set<Syscall> HIDE_MEMORY =
      EnumSet.of(Syscall.MEMFD_CREATE, Syscall.SHMGET, Syscall.SEMGET, Syscall.MSGGET, Syscall.VMSPLICE);

  private Policy() {}

  /** The rule of a call, the same on all architectures; where we count memory, nobody hides it. */
  static Rule of(Syscall syscall, Accounting accounting, FileLocks locks) {
    boolean isMissing = accounting == Accounting.SAMPLED && HIDE_MEMORY.contains(syscall);
    if (isMissing) {
      return DEFAULT;
    }
    return switch (locks) {
      case ALLOW -> of(syscall);
      case DENY -> withoutLocks(syscall);
    };
  }

  private static Rule withoutLocks(Syscall syscall) {
    if (syscall == Syscall.FLOCK) {
      return ArgumentRules.NO_LOCKS;
    }
    return syscall == Syscall.FCNTL ? ArgumentRules.FCNTL_WITHOUT_LOCKS : of(syscall);
  }

  /** The rule of a call where the kernel counts memory. */
  public static Rule of(Syscall syscall) {
    return switch (syscall) {
      // Files and directories.
      case READ, WRITE, CLOSE, STAT, FSTAT, LSTAT, POLL, LSEEK, PREAD64, PWRITE64, READV, WRITEV, ACCESS, PIPE,
          SELECT, DUP, DUP2, SENDFILE, FLOCK, FSYNC, FDATASYNC, TRUNCATE, FTRUNCATE, GETDENTS, GETCWD, CHDIR,
          FCHDIR, RENAME, MKDIR, RMDIR, LINK, UNLINK, SYMLINK, READLINK, CHOWN, FCHOWN, LCHOWN, UMASK, UTIME, STATFS,
          FSTATFS, SYNC, READAHEAD, SETXATTR, LSETXATTR, FSETXATTR, GETXATTR, LGETXATTR, FGETXATTR, LISTXATTR,
          LLISTXATTR, FLISTXATTR, REMOVEXATTR, LREMOVEXATTR, FREMOVEXATTR, GETDENTS64, FADVISE64, UTIMES, MKDIRAT,
          FCHOWNAT, FUTIMESAT, NEWFSTATAT, UNLINKAT, RENAMEAT, LINKAT, SYMLINKAT, READLINKAT, FACCESSAT, PSELECT6,
          PPOLL, SPLICE, TEE, SYNC_FILE_RANGE, VMSPLICE, UTIMENSAT, FALLOCATE, DUP3, PIPE2, PREADV, PWRITEV, SYNCFS,
          RENAMEAT2, COPY_FILE_RANGE, PREADV2, PWRITEV2, STATX, CLOSE_RANGE, FACCESSAT2, CACHESTAT, SETXATTRAT,
          GETXATTRAT, LISTXATTRAT, REMOVEXATTRAT, FILE_GETATTR, FILE_SETATTR -> ArgumentRules.ALLOW;
      // Events.
      case EPOLL_CREATE, EPOLL_WAIT, EPOLL_CTL, EPOLL_PWAIT, EPOLL_CREATE1, EPOLL_PWAIT2, EVENTFD, EVENTFD2,
          INOTIFY_INIT, INOTIFY_ADD_WATCH, INOTIFY_RM_WATCH, INOTIFY_INIT1, SIGNALFD, SIGNALFD4, TIMERFD_CREATE,
          TIMERFD_SETTIME, TIMERFD_GETTIME -> ArgumentRules.ALLOW;
      // Memory.
      case MPROTECT, MUNMAP, BRK, MREMAP, MSYNC, MINCORE, MADVISE, MLOCK, MUNLOCK, MLOCKALL, MUNLOCKALL,
          MLOCK2, PKEY_MPROTECT, PKEY_ALLOC, PKEY_FREE, MBIND, SET_MEMPOLICY, GET_MEMPOLICY,
          SET_MEMPOLICY_HOME_NODE, MEMBARRIER, MAP_SHADOW_STACK, MSEAL -> ArgumentRules.ALLOW;
      // Processes, threads and who they are.
      case FORK, VFORK, EXECVE, EXECVEAT, EXIT, EXIT_GROUP, WAIT4, WAITID, GETPID, GETPPID, GETTID, GETPGRP, GETPGID,
          SETPGID, GETSID, SETSID, GETUID, GETGID, GETEUID, GETEGID, SETUID, SETGID, SETREUID, SETREGID, GETGROUPS,
          SETGROUPS, SETRESUID, GETRESUID, SETRESGID, GETRESGID, SETFSUID, SETFSGID, CAPGET, CAPSET, UNAME,
          GETRLIMIT, SETRLIMIT, GETRUSAGE, SYSINFO, TIMES, GETCPU, ARCH_PRCTL, SET_TID_ADDRESS, SET_ROBUST_LIST,
          GET_ROBUST_LIST, FUTEX, FUTEX_WAITV, FUTEX_WAKE, FUTEX_WAIT, FUTEX_REQUEUE, RSEQ, RESTART_SYSCALL,
          GETRANDOM -> ArgumentRules.ALLOW;
      // Scheduling.
      case SCHED_YIELD, SCHED_GETAFFINITY, SCHED_GETATTR, SCHED_GETPARAM, SCHED_GETSCHEDULER, SCHED_GET_PRIORITY_MAX,
          SCHED_GET_PRIORITY_MIN, SCHED_RR_GET_INTERVAL, GETPRIORITY, IOPRIO_GET -> ArgumentRules.ALLOW;
      // Signals.
      case RT_SIGACTION, RT_SIGPROCMASK, RT_SIGRETURN, RT_SIGPENDING, RT_SIGTIMEDWAIT, RT_SIGSUSPEND, SIGALTSTACK,
          PAUSE -> ArgumentRules.ALLOW;
      // Time.
      case NANOSLEEP, CLOCK_NANOSLEEP, GETITIMER, SETITIMER, ALARM, TIME, GETTIMEOFDAY, CLOCK_GETTIME, CLOCK_GETRES,
          TIMER_CREATE, TIMER_SETTIME, TIMER_GETTIME, TIMER_GETOVERRUN, TIMER_DELETE -> ArgumentRules.ALLOW;
      // Sockets that are open.
      case CONNECT, ACCEPT, ACCEPT4, SENDTO, RECVFROM, SENDMSG, RECVMSG, SENDMMSG, RECVMMSG, SHUTDOWN, BIND, LISTEN,
          GETSOCKNAME, GETPEERNAME, SETSOCKOPT, GETSOCKOPT -> ArgumentRules.ALLOW;
      // System V and POSIX messages, semaphores and shared memory: a namespace of their own.
      case SHMAT, SHMCTL, SHMDT, SEMGET, SEMOP, SEMCTL, SEMTIMEDOP, MSGGET, MSGSND, MSGRCV, MSGCTL, MQ_OPEN,
          MQ_UNLINK, MQ_TIMEDSEND, MQ_TIMEDRECEIVE, MQ_NOTIFY, MQ_GETSETATTR -> ArgumentRules.ALLOW;
      // Confining oneself further.
      case SECCOMP, LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF, LSM_GET_SELF_ATTR,
          LSM_LIST_MODULES -> ArgumentRules.ALLOW;
      // Made by the kernel's own trampolines where the host probes a program; made by anyone else they do nothing.
      case URETPROBE, UPROBE -> ArgumentRules.ALLOW;

      // Made with some arguments only.
      case PIDFD_OPEN, PRLIMIT64, SCHED_SETAFFINITY, SCHED_SETATTR, SCHED_SETPARAM, SCHED_SETSCHEDULER ->
          ArgumentRules.NOT_INIT;
      case KILL, TKILL, RT_SIGQUEUEINFO -> ArgumentRules.SIGNAL_SECOND;
      case TGKILL, RT_TGSIGQUEUEINFO -> ArgumentRules.SIGNAL_THIRD;
      case FCNTL -> ArgumentRules.FCNTL;
      case SETPRIORITY -> ArgumentRules.SETPRIORITY;
      case IOPRIO_SET -> ArgumentRules.IOPRIO_SET;
      case CLONE -> ArgumentRules.CLONE;
      case SOCKET -> ArgumentRules.SOCKET;
      case SOCKETPAIR -> ArgumentRules.SOCKETPAIR;
      case IOCTL -> ArgumentRules.IOCTL;
      case CHMOD, FCHMOD, CREAT -> ArgumentRules.MODE_SECOND;
      case FCHMODAT, FCHMODAT2 -> ArgumentRules.MODE_THIRD;
      case OPEN -> ArgumentRules.OPEN;
      case OPENAT -> ArgumentRules.OPENAT;
      case MKNOD -> ArgumentRules.MKNOD;
      case MKNODAT -> ArgumentRules.MKNODAT;
      case MMAP -> ArgumentRules.MMAP;
      case MEMFD_CREATE -> ArgumentRules.MEMFD_CREATE;
      case SHMGET -> ArgumentRules.SHMGET;
      case PERSONALITY -> ArgumentRules.PERSONALITY;
      case PRCTL -> ArgumentRules.PRCTL;

      // Refused, as an ordinary user is refused.
      // Mounts, roots and namespaces.
      case MOUNT, UMOUNT2, PIVOT_ROOT, CHROOT, SETNS, UNSHARE, OPEN_TREE, OPEN_TREE_ATTR, MOVE_MOUNT, FSOPEN,
          FSCONFIG, FSMOUNT, FSPICK, MOUNT_SETATTR -> PERMISSION_DENIED;
      // Other processes: all that ptrace(2) guards, or that takes a process this filter can't see behind a descriptor.
      case PTRACE, PROCESS_VM_READV, PROCESS_VM_WRITEV, KCMP, PIDFD_GETFD, PROCESS_MADVISE, PROCESS_MRELEASE,
          MIGRATE_PAGES, MOVE_PAGES -> PERMISSION_DENIED;
      // Files by handle, past the directories that lead to them.
      case NAME_TO_HANDLE_AT, OPEN_BY_HANDLE_AT -> PERMISSION_DENIED;
      // The kernel itself: its code, memory, log, clocks, names, disks and books.
      case KEXEC_LOAD, KEXEC_FILE_LOAD, INIT_MODULE, FINIT_MODULE, DELETE_MODULE, BPF, PERF_EVENT_OPEN, SYSLOG,
          REBOOT, SWAPON, SWAPOFF, ACCT, QUOTACTL, QUOTACTL_FD, SETTIMEOFDAY, CLOCK_SETTIME, ADJTIMEX, CLOCK_ADJTIME,
          SETHOSTNAME, SETDOMAINNAME, FANOTIFY_INIT, FANOTIFY_MARK, VHANGUP -> PERMISSION_DENIED;
      // Keys are not in any namespace.
      case ADD_KEY, REQUEST_KEY, KEYCTL -> PERMISSION_DENIED;
      // A means to most kernel exploits, or to nothing that a script needs.
      case USERFAULTFD, IOPL, IOPERM, MODIFY_LDT, LSM_SET_SELF_ATTR -> PERMISSION_DENIED;

      // Answered as a kernel does that has no such call.
      // What these ask for is behind a pointer, where no filter can look. Callers fall back to clone(2) and openat(2).
      case CLONE3, OPENAT2 -> DEFAULT;
      // Nor does a descriptor tell whose it is: /proc/1 is one of our init. Callers fall back to kill(2).
      case PIDFD_SEND_SIGNAL -> DEFAULT;
      // Work that is done past this filter. Callers fall back to plain calls.
      case IO_URING_SETUP, IO_URING_ENTER, IO_URING_REGISTER -> DEFAULT;
      // Of its requests there are so many for the whole host (fs.aio-max-nr). Callers fall back to plain calls.
      case IO_SETUP, IO_DESTROY, IO_GETEVENTS, IO_SUBMIT, IO_CANCEL, IO_PGETEVENTS -> DEFAULT;
      // Memory that limits don't see; callers fall back to their own pages, and to /proc/self/mountinfo.
      case MEMFD_SECRET, STATMOUNT, LISTMOUNT -> DEFAULT;
      // Gone from the kernel, or never there.
      case _SYSCTL, AFS_SYSCALL, CREATE_MODULE, EPOLL_CTL_OLD, EPOLL_WAIT_OLD, GET_KERNEL_SYMS, GET_THREAD_AREA,
          GETPMSG, LOOKUP_DCOOKIE, NFSSERVCTL, PUTPMSG, QUERY_MODULE, REMAP_FILE_PAGES, SECURITY, SET_THREAD_AREA,
          SYSFS, TUXCALL, USELIB, USTAT, VSERVER -> DEFAULT;
    };
  }
}
