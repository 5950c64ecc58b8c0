/* What a script does get: a script that lacks it works less well, and one that has more has what it should not. */
#include "check.h"
#include <arpa/inet.h>

static const char *signals(void) {
  const char *sets[] = {"SigIgn", "SigBlk"};
  for (int i = 0; i < 2; i++) {
    const char *set = start.status ? field(start.status, sets[i]) : NULL;
    if (!set || strtoull(set, NULL, 16))
      return reached("%s %s", sets[i], set ? set : "is not known");
  }
  return NULL;
}

static const char *mask(void) { return start.mask == 022 ? NULL : reached("%03o", start.mask); }

/* Of its own, or of the pid 1 that watches over it, where the facts name that as the leader. */
static const char *session(void) {
  pid_t leader = fact("leader") ? (pid_t)number("leader") : getpid();
  return getsid(0) == leader ? NULL : reached("session %d", getsid(0));
}

static const char *devices(void) {
  const struct {
    const char *name;
    int minor;
  } all[] = {{"null", 3}, {"zero", 5}, {"full", 7}, {"random", 8}, {"urandom", 9}};
  char path[64], byte;
  for (int i = 0; i < 5; i++) {
    snprintf(path, sizeof path, "/dev/%s", all[i].name);
    struct stat status;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) || status.st_rdev != makedev(1, all[i].minor))
      return reached("%s is not usable", path);
    if (read(file, &byte, 1) != (i != 0))
      return reached("%s reads otherwise", path);
    close(file);
  }
  struct stat status;
  if (stat("/dev/tty", &status) || status.st_rdev != makedev(5, 0))
    return reached("no /dev/tty");
  if (stat("/dev/shm", &status) || (status.st_mode & 07777) != 01777)
    return reached("no /dev/shm");
  int shared = open("/dev/shm/x", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (shared < 0 || close(shared) || unlink("/dev/shm/x"))
    return reached("/dev/shm is not usable");
  return access("/dev/fd/0", F_OK) ? reached("no /dev/fd") : NULL;
}

/* Each of them, by its name: a pipe admits its owner only. */
static const char *streams(void) {
  const char *all[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
  for (int i = 0; i < 3; i++) {
    int stream = open(all[i], (i ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
    if (stream < 0)
      return reached("%s: %s", all[i], strerrorname_np(errno));
    close(stream);
  }
  return NULL;
}

/* A device of the host is not among those that every sandbox has. */
static const char *more_devices(void) {
  const char *all[] = {"mem", "kmsg", "kvm", "fuse", "vda", "sda", "console", "port", "loop-control", "net/tun"};
  for (int i = 0; i < 10; i++) {
    char path[64];
    snprintf(path, sizeof path, "/dev/%s", all[i]);
    if (access(path, F_OK) == 0)
      return reached("%s", path);
  }
  return NULL;
}

static const char *process_files(void) {
  char *status = text_of("/proc/self/status");
  const char *pid = status ? field(status, "Pid") : NULL;
  return pid && atoi(pid) == getpid() ? NULL : reached("/proc/self is not this process");
}

static const char *loopback(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int failed = bind(server, (struct sockaddr *)&address, length) || listen(server, 1) ||
               getsockname(server, (struct sockaddr *)&address, &length) ||
               connect(client, (struct sockaddr *)&address, length);
  const char *what = failed ? reached("%s", strerrorname_np(errno)) : NULL;
  close(server);
  close(client);
  return what;
}

static const char *own_directory(const char *path, mode_t mode) {
  struct stat status, root;
  char file[512];
  if (stat(path, &status) || stat("/", &root))
    return reached("%s: %s", path, strerrorname_np(errno));
  if ((status.st_mode & 07777) != mode)
    return reached("%s has mode %04o", path, status.st_mode & 07777);
  if (status.st_dev == root.st_dev)
    return reached("%s is of the root file system", path);
  snprintf(file, sizeof file, "%s/file", path);
  int made = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (made < 0 || close(made) || unlink(file))
    return reached("%s is not writable: %s", path, strerrorname_np(errno));
  return NULL;
}

static const char *tmp(void) { return own_directory("/tmp", 01777); }

static const char *work(void) { return own_directory(fact("cwd"), 0755); }

static const char *resolver(void) {
  char *text = text_of("/etc/resolv.conf");
  return text && strstr(text, fact("resolver")) ? NULL : reached("%s", text ? text : "no /etc/resolv.conf");
}

static const char *owners(void) {
  struct stat status;
  if (stat(fact("owned"), &status))
    return reached("%s: %s", fact("owned"), strerrorname_np(errno));
  return status.st_uid == getuid() ? NULL : reached("%s belongs to uid %d", fact("owned"), status.st_uid);
}

const struct check GIFTS[] = {
    {"signals", signals, NULL},
    {"umask", mask, NULL},
    {"session", session, NULL},
    {"devices", devices, NULL},
    {"streams-opened", streams, NULL},
    {"no-more-devices", more_devices, NULL},
    {"process-files", process_files, NULL},
    {"loopback", loopback, NULL},
    {"own-tmp", tmp, NULL},
    {"own-workdir", work, "cwd"},
    {"resolver", resolver, "resolver"},
    {"owners", owners, "owned"},
    {0},
};
