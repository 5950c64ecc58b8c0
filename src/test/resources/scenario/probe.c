/* Tells what a process finds when it starts, and what it is allowed to do. Lines of a name, a colon and a value. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

static void say(const char *name, long result) {
  printf("%s: %s\n", name, result < 0 ? strerrorname_np(errno) : "ok");
  errno = 0;
}

static void reading(const char *path) {
  char byte;
  int file = open(path, O_RDONLY | O_NONBLOCK);
  long got = file < 0 ? -1 : read(file, &byte, 1);
  if (got == 0)
    printf("read %s: empty\n", path);
  else {
    char name[256];
    snprintf(name, sizeof name, "read %s", path);
    say(name, got);
  }
  if (file >= 0)
    close(file);
}

static void writing(const char *path) {
  char name[256];
  snprintf(name, sizeof name, "write %s", path);
  int file = open(path, O_WRONLY | O_CLOEXEC);
  say(name, file);
  if (file >= 0)
    close(file);
}

static void descriptors(void) {
  printf("descriptors:");
  for (int fd = 0; fd < 4096; fd++) {
    struct stat status;
    if (fcntl(fd, F_GETFD) >= 0 && fstat(fd, &status) == 0)
      printf(" %d=%s", fd, S_ISFIFO(status.st_mode) ? "pipe" : S_ISCHR(status.st_mode) ? "device" : "other");
  }
  printf("\n");
}

static void state(void) {
  char line[512];
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status))
    if (!strncmp(line, "Sig", 3) || !strncmp(line, "Cap", 3) || !strncmp(line, "Seccomp:", 8) ||
        !strncmp(line, "NoNewPrivs", 10))
      fputs(line, stdout);
  fclose(status);
  mode_t mask = umask(0);
  umask(mask);
  char directory[256];
  printf("umask: %03o\n", mask);
  printf("cwd: %s\n", getcwd(directory, sizeof directory));
  printf("session: %s\n", getsid(0) == getpid() ? "own" : "other");
  say("terminal", open("/dev/tty", O_RDWR | O_CLOEXEC));
  const char *names[] = {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"};
  for (int i = 0; i < 7; i++) {
    char path[64], target[64] = "";
    snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
    if (readlink(path, target, sizeof target - 1) < 0)
      strcpy(target, "unreadable");
    printf("namespace %s: %s\n", names[i], target);
  }
  printf("processes:");
  DIR *processes = opendir("/proc");
  for (struct dirent *entry; (entry = readdir(processes));)
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
      printf(" %s", entry->d_name);
  closedir(processes);
  printf("\n");
}

static void network(const char *abstract) {
  int any = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &any, sizeof any);
  int bound = bind(server, (struct sockaddr *)&address, length) || listen(server, 1) ||
              getsockname(server, (struct sockaddr *)&address, &length);
  say("loopback", bound || connect(client, (struct sockaddr *)&address, length) ? -1 : 0);
  struct sockaddr_in outside = {.sin_family = AF_INET, .sin_port = htons(9)};
  inet_pton(AF_INET, "192.0.2.1", &outside.sin_addr);
  int datagram = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  say("outside", connect(datagram, (struct sockaddr *)&outside, sizeof outside));
  struct sockaddr_un host = {.sun_family = AF_UNIX};
  size_t size = strlen(abstract);
  memcpy(host.sun_path + 1, abstract, size);
  int local = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  say("abstract socket", connect(local, (struct sockaddr *)&host, offsetof(struct sockaddr_un, sun_path) + 1 + size));
  printf("interfaces:");
  struct if_nameindex *all = if_nameindex();
  for (struct if_nameindex *one = all; one && one->if_index; one++)
    printf(" %s", one->if_name);
  printf("\n");
}

static void raising(const char *name, int resource) {
  struct rlimit limit;
  char text[64];
  getrlimit(resource, &limit);
  printf("hard %s: %lld\n", name, limit.rlim_max == RLIM_INFINITY ? -1 : (long long)limit.rlim_max);
  snprintf(text, sizeof text, "raise %s", name);
  limit.rlim_max++;
  say(text, setrlimit(resource, &limit));
}

static void forbidden(const char *host) {
  say("unshare user", syscall(SYS_unshare, CLONE_NEWUSER));
  say("unshare mount", syscall(SYS_unshare, CLONE_NEWNS));
  say("mount", mount("tmpfs", "/tmp", "tmpfs", 0, ""));
  say("bind", mount(host, "/tmp", 0, MS_BIND, 0));
  say("umount /proc/sys", umount2("/proc/sys", MNT_DETACH));
  say("umount /proc/keys", umount2("/proc/keys", MNT_DETACH));
  say("remount /", mount(0, "/", 0, MS_REMOUNT | MS_BIND, 0));
  say("chroot", chroot("/tmp"));
  say("pivot_root", syscall(SYS_pivot_root, ".", "."));
  say("mknod", mknod("/tmp/null", S_IFCHR | 0666, makedev(1, 3)));
  say("mknod block", mknod("/tmp/disk", S_IFBLK | 0666, makedev(8, 0)));
  say("setuid", syscall(SYS_setresuid, 1L, 1L, 1L));
  say("setgroups", syscall(SYS_setgroups, 0L, 0L));
  say("sethostname", sethostname("x", 1));
  say("capset", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0));
  say("kill 1", kill(1, SIGTERM));
  say("probe 1", kill(1, 0));
  say("tgkill 1", syscall(SYS_tgkill, 1, 1, SIGALRM));
  say("pidfd_open 1", syscall(SYS_pidfd_open, 1, 0));
  say("ptrace 1", ptrace(PTRACE_ATTACH, 1, 0, 0));
  say("process_vm_readv 1", syscall(SYS_process_vm_readv, 1, 0L, 0L, 0L, 0L, 0L));
  int ends[2];
  if (pipe(ends) == 0)
    say("owner 1", fcntl(ends[0], F_SETOWN, 1));
  say("keyctl", syscall(SYS_keyctl, 0, -3, 0));
  say("add_key", syscall(SYS_add_key, "user", "name", "data", 4L, -5));
  say("bpf", syscall(SYS_bpf, 0, 0L, 0));
  say("perf", syscall(SYS_perf_event_open, 0L, 0, -1, -1, 0L));
  say("userfaultfd", syscall(SYS_userfaultfd, 0));
  say("io_uring", syscall(SYS_io_uring_setup, 1, 0L));
  say("open_by_handle_at", syscall(SYS_open_by_handle_at, AT_FDCWD, 0L, 0));
  say("AF_PACKET", socket(AF_PACKET, SOCK_RAW, 0));
  say("AF_ALG", socket(AF_ALG, SOCK_SEQPACKET, 0));
  say("AF_VSOCK", socket(AF_VSOCK, SOCK_STREAM, 0));
  say("raw socket", socket(AF_INET, SOCK_RAW, 1));
  say("TIOCSTI", ioctl(0, TIOCSTI, "x"));
  say("syslog", syscall(SYS_syslog, 3, 0L, 0));
  say("no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ? 0 : -1);
}

/* Arguments: a file of the host, and an abstract socket of the host. */
int main(int count, char **arguments) {
  const char *host = count > 1 ? arguments[1] : "/";
  descriptors();
  state();
  network(count > 2 ? arguments[2] : "none");
  reading(host);
  const char *ways[] = {"/proc/1/root", "/proc/1/cwd/../../../../../..", "../../../../../../../..", "/proc/self/root",
                        "/proc/self/cwd/../../../..", "/proc/1/fd/3/../../../../../..", "/dev/fd/3/../../../../../.."};
  for (int i = 0; i < 7; i++) {
    char path[512];
    snprintf(path, sizeof path, "%s%s", ways[i], host);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    printf("way %d: %s\n", i, file < 0 ? "closed" : "open");
    errno = 0;
  }
  const char *masked[] = {"kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "interrupts",
                          "1/environ", "1/maps", "1/mem", "1/auxv", "1/mountinfo", "1/stack"};
  for (int i = 0; i < 13; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s", masked[i]);
    reading(path);
  }
  const char *frozen[] = {"sys/kernel/core_pattern", "sys/kernel/hostname", "sys/kernel/domainname", "sys/vm/overcommit_memory",
                          "sys/net/ipv4/ip_forward", "sys/kernel/ns_last_pid", "sysrq-trigger", "irq/default_smp_affinity",
                          "self/uid_map", "self/setgroups", "1/oom_score_adj", "1/mem"};
  for (int i = 0; i < 12; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s", frozen[i]);
    writing(path);
  }
  raising("files", RLIMIT_NOFILE);
  raising("size", RLIMIT_FSIZE);
  raising("core", RLIMIT_CORE);
  fflush(stdout);
  if (!getenv("OUTSIDE"))
    forbidden(host);
  return 0;
}
