/* Who the script is, and what the kernel would do for it. */
#include "check.h"
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>

/* One id inside, which is not root's outside. */
static const char *map(const char *path) {
  char *text = text_of(path);
  unsigned long inside, outside, count;
  if (!text || sscanf(text, "%lu %lu %lu", &inside, &outside, &count) != 3)
    return reached("no map in %s", path);
  if (count != 1 || outside == 0 || (strchr(text, '\n') && strchr(text, '\n')[1]))
    return reached("%s: %s", path, text);
  return NULL;
}

static const char *host_uid(void) {
  const char *what = map("/proc/self/uid_map");
  return what ? what : map("/proc/self/gid_map");
}

static const char *user(void) {
  if (getuid() != number("uid") || geteuid() != number("uid") || getgid() != number("gid"))
    return reached("uid %d, gid %d", getuid(), getgid());
  return NULL;
}

static const char *groups(void) {
  gid_t all[64];
  int count = getgroups(64, all);
  for (int i = 0; i < count; i++)
    if (all[i] != getgid() && all[i] != 65534)
      return reached("group %d", all[i]);
  return syscall(SYS_setgroups, 0L, 0L) == 0 ? reached("changed its groups") : NULL;
}

static const char *sets_of(const char *status, int all) {
  const char *names[] = {"CapEff", "CapPrm", "CapInh", "CapAmb", "CapBnd"};
  for (int i = 0; i < (all ? 5 : 2); i++) {
    const char *set = field(status, names[i]);
    if (set && strtoull(set, NULL, 16))
      return reached("%s %s", names[i], set);
  }
  return NULL;
}

static const char *capabilities(void) { return start.status ? sets_of(start.status, 1) : reached("no status"); }

static const char *gained(const char *path) {
  pid_t child = fork();
  if (child == 0) {
    execl(path, "who", fact("granted"), NULL);
    /* Where capabilities are granted, those of a file that are not among them keep it from being run. */
    _exit(fact("granted") && errno == EPERM ? 43 : 44);
  }
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
    return reached("cannot run %s", path);
  switch (WEXITSTATUS(status)) {
  case 43:
    return NULL;
  case 42:
    return reached("%s gave it rights", path);
  default:
    return reached("cannot run %s", path);
  }
}

static const char *setuid_program(void) { return gained(fact("setuid")); }

static const char *capable_program(void) { return gained(fact("capable")); }

static const char *new_privileges(void) {
  const char *flag = field(start.status, "NoNewPrivs");
  if (!flag || strcmp(flag, "1"))
    return reached("no_new_privs is not set");
  return prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ? reached("unset no_new_privs") : NULL;
}

static const char *do_namespaces(void) {
  const int flags[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC,
                       CLONE_NEWUTS,  CLONE_NEWCGROUP, 0x80 /* CLONE_NEWTIME */};
  for (int i = 0; i < 8; i++) {
    if (syscall(SYS_unshare, flags[i]) == 0)
      return reached("unshare 0x%x", flags[i]);
    if (i > 6)
      continue;
    long child = syscall(SYS_clone, flags[i] | SIGCHLD, 0L, 0L, 0L, 0L);
    if (child == 0)
      _exit(0);
    if (child > 0)
      return reached("clone 0x%x", flags[i]);
  }
  return NULL;
}

static const char *namespaces(void) { return in_child(do_namespaces); }

static const char *do_join(void) {
  const char *names[] = {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"};
  for (int i = 0; i < 7; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0 && setns(file, 0) == 0)
      return reached("setns %s", path);
  }
  return NULL;
}

static const char *join_namespaces(void) { return in_child(do_join); }

static const char *bpf(void) {
  union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
  int file = syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
  return file >= 0 ? reached("made a BPF map") : NULL;
}

static const char *perf(void) {
  struct perf_event_attr attributes = {
      .type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_CPU_CLOCK, .exclude_kernel = 1};
  return syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0L) >= 0 ? reached("opened a counter") : NULL;
}

static const char *faults(void) {
  /* 1: UFFD_USER_MODE_ONLY, which asks for the least */
  return syscall(SYS_userfaultfd, O_CLOEXEC | 1) >= 0 ? reached("handles page faults") : NULL;
}

static const char *ring(void) {
  struct io_uring_params parameters = {0};
  return syscall(SYS_io_uring_setup, 1, &parameters) >= 0 ? reached("made an io_uring") : NULL;
}

static const char *kernel_log(void) {
  /* SYSLOG_ACTION_SIZE_BUFFER, which asks for the rights to read it */
  return syscall(SYS_syslog, 10, NULL, 0) > 0 ? reached("the kernel's log") : NULL;
}

static const char *sockets(void) {
  const struct {
    const char *name;
    int family, type, protocol;
  } all[] = {{"AF_VSOCK", 40, SOCK_STREAM, 0},  {"AF_ALG", 38, SOCK_SEQPACKET, 0}, {"AF_PACKET", 17, SOCK_RAW, 0},
             {"netfilter", 16, SOCK_RAW, 12},   {"audit", 16, SOCK_RAW, 9},        {"uevents", 16, SOCK_RAW, 15},
             {"raw IP", AF_INET, SOCK_RAW, 1},  {"SCTP", AF_INET, SOCK_STREAM, 132},
             {"MPTCP", AF_INET, SOCK_STREAM, 262}};
  for (int i = 0; i < 9; i++)
    if (socket(all[i].family, all[i].type | SOCK_CLOEXEC, all[i].protocol) >= 0)
      return reached("a socket of %s", all[i].name);
  return NULL;
}

static const char *do_old_abi(void) {
#ifdef __x86_64__
  long result = 20; /* getpid of i386 */
  __asm__ volatile("int $0x80" : "+a"(result) : : "r8", "r9", "r10", "r11", "memory");
  if (result > 0)
    return reached("i386 says this is process %ld", result);
#endif
  return NULL;
}

static const char *do_x32(void) {
  return syscall(0x40000000L | SYS_getpid) > 0 ? reached("x32 says which process this is") : NULL;
}

static const char *other_abi(void) {
  const char *what = in_child(do_old_abi);
  return what ? what : in_child(do_x32);
}

static const char *do_inject(void) {
  setsid();
  int master = open("/dev/ptmx", O_RDWR | O_CLOEXEC | O_NOCTTY), unlocked = 0, index = 0;
  if (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) || ioctl(master, TIOCGPTN, &index))
    return reached("no terminal to try it on: %s", strerrorname_np(errno));
  char path[64];
  snprintf(path, sizeof path, "/dev/pts/%d", index);
  int slave = open(path, O_RDWR | O_CLOEXEC);
  if (slave < 0)
    return reached("%s: %s", path, strerrorname_np(errno));
  if (syscall(SYS_ioctl, slave, (unsigned long)TIOCSTI, "x") == 0)
    return reached("TIOCSTI");
  if (syscall(SYS_ioctl, slave, 1UL << 32 | TIOCSTI, "x") == 0)
    return reached("TIOCSTI, with a bit that the kernel does not look at");
  if (syscall(SYS_ioctl, slave, (unsigned long)TIOCLINUX, "\3") == 0)
    return reached("TIOCLINUX");
  return NULL;
}

static const char *inject(void) { return in_child(do_inject); }

const struct check POWERS[] = {
    {"host-uid", host_uid, NULL},
    {"user", user, "uid"},
    {"groups", groups, NULL},
    {"capabilities", capabilities, NULL},
    {"setuid-program", setuid_program, "setuid"},
    {"capable-program", capable_program, "capable"},
    {"no-new-privileges", new_privileges, NULL},
    {"namespaces", namespaces, NULL},
    {"namespaces-joined", join_namespaces, NULL},
    {"bpf", bpf, NULL},
    {"perf", perf, NULL},
    {"userfaultfd", faults, NULL},
    {"io-uring", ring, NULL},
    {"kernel-log", kernel_log, NULL},
    {"rare-sockets", sockets, NULL},
    {"other-abi", other_abi, NULL},
    {"terminal-injection", inject, NULL},
    {0},
};
