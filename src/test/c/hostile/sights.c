/* What there is to see of the host: environment, processes, keys, sockets, names, terminal, kernel settings. */
#include "check.h"
#include <arpa/inet.h>
#include <linux/keyctl.h>
#include <linux/magic.h>
#include <net/if.h>
#include <sys/inotify.h>
#include <sys/shm.h>
#include <sys/un.h>

#define MARKER "host-secret"

extern char **environ;

static const char *environment(void) {
  char wanted[512];
  snprintf(wanted, sizeof wanted, ",%s,", fact("environment"));
  int count = 0, expected = 0;
  for (char **each = environ; *each; each++, count++) {
    char name[128];
    snprintf(name, sizeof name, ",%.*s,", (int)strcspn(*each, "="), *each);
    if (!strstr(wanted, name))
      return reached("%s", *each);
  }
  for (char *comma = wanted + 1; (comma = strchr(comma, ',')); comma++)
    expected++;
  return count == expected ? NULL : reached("%d variables of %d", count, expected);
}

/* Neither what the caller was told nor where on the host anything is. */
static const char *command_lines(void) {
  char directory[512];
  snprintf(directory, sizeof directory, "%s", fact("secret"));
  strrchr(directory, '/')[0] = 0;
  DIR *processes = opendir("/proc");
  const char *what = NULL;
  for (struct dirent *entry; processes && !what && (entry = readdir(processes));) {
    char path[300], line[4096];
    snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
    int file = entry->d_name[0] <= '9' ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t got = file < 0 ? 0 : read(file, line, sizeof line);
    if (got > 0 && (memmem(line, got, MARKER, strlen(MARKER)) || memmem(line, got, directory, strlen(directory))))
      what = reached("%s", path);
    if (file >= 0)
      close(file);
  }
  if (processes)
    closedir(processes);
  return what;
}

/* There are the parent and this process, and nobody else. */
static const char *processes(void) {
  DIR *all = opendir("/proc");
  const char *what = NULL;
  for (struct dirent *entry; all && !what && (entry = readdir(all));) {
    int pid = atoi(entry->d_name);
    if (pid > 0 && pid != getpid() && pid != getppid())
      what = reached("process %d", pid);
  }
  if (all)
    closedir(all);
  if (!what && fact("pid") && (kill(number("pid"), 0) == 0 || errno == EPERM) && number("pid") > 64)
    what = reached("a signal to process %lld of the host", number("pid"));
  return what;
}

static const char *keys(void) {
  long ring = KEY_SPEC_SESSION_KEYRING;
  char secret[64] = "";
  long key = syscall(SYS_keyctl, KEYCTL_SEARCH, ring, "user", MARKER, 0);
  if (key >= 0 && syscall(SYS_keyctl, KEYCTL_READ, key, secret, sizeof secret - 1) > 0)
    return reached("key %ld: %s", key, secret);
  if (syscall(SYS_request_key, "user", MARKER, NULL, 0) >= 0)
    return reached("the key, by request");
  char *list = text_of("/proc/keys");
  return list && strstr(list, MARKER) ? reached("/proc/keys") : NULL;
}

static const char *more_keys(void) {
  return syscall(SYS_add_key, "user", "mine", "x", 1, KEY_SPEC_SESSION_KEYRING) >= 0 ? reached("added a key") : NULL;
}

static const char *shared_memory(void) {
  int segment = shmget((key_t)number("shm"), 0, 0);
  return segment >= 0 || errno == EACCES ? reached("System V segment %d of the host", segment) : NULL;
}

static const char *abstract_socket(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t size = strlen(fact("abstract"));
  memcpy(address.sun_path + 1, fact("abstract"), size);
  int local = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int got = connect(local, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + size);
  close(local);
  return got == 0 ? reached("connected to @%s", fact("abstract")) : NULL;
}

static const char *network(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  address.sin_port = htons(number("port"));
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int got = connect(client, (struct sockaddr *)&address, sizeof address);
  close(client);
  if (got == 0)
    return reached("connected to port %lld of the host", number("port"));
  struct if_nameindex *all = if_nameindex();
  const char *what = NULL;
  for (struct if_nameindex *one = all; one && one->if_index; one++)
    if (strcmp(one->if_name, "lo"))
      what = reached("interface %s", one->if_name);
  if_freenameindex(all);
  return what;
}

static const char *host_name(void) {
  char name[65] = "", domain[65] = "";
  gethostname(name, sizeof name - 1);
  getdomainname(domain, sizeof domain - 1);
  if (strcmp(name, fact("hostname")))
    return reached("%s", name);
  return strstr(domain, MARKER) ? reached("NIS domain %s", domain) : NULL;
}

static const char *terminal(void) {
  for (int stream = 0; stream < 3; stream++)
    if (isatty(stream))
      return reached("stream %d is a terminal", stream);
  int file = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (file < 0)
    return NULL;
  close(file);
  return reached("opened /dev/tty");
}

/* What the host mounts later would appear here, or the other way round. */
static const char *mounts(void) {
  char *line = text_of("/proc/self/mountinfo");
  for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
    char *end = strstr(line, " - "), *shared = strstr(line, " shared:"), *master = strstr(line, " master:");
    if (end && ((shared && shared < end) || (master && master < end)))
      return reached("%.*s", (int)(end - line), line);
  }
  return NULL;
}

static const char *groups(void) {
  char *line = text_of("/proc/self/cgroup");
  if (!line)
    return NULL;
  for (; *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : "") {
    size_t length = strcspn(line, "\n");
    if (length < 2 || strncmp(line + length - 2, ":/", 2))
      return reached("%.*s", (int)length, line);
  }
  return NULL;
}

static const char *hidden(void) {
  const char *files[] = {"kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "interrupts"};
  const char *directories[] = {"acpi", "asound", "scsi"};
  char path[64], byte;
  for (int i = 0; i < 7; i++) {
    struct statfs status;
    snprintf(path, sizeof path, "/proc/%s", files[i]);
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
      continue;
    int open = read(file, &byte, 1) > 0 || (fstatfs(file, &status) == 0 && status.f_type == PROC_SUPER_MAGIC);
    close(file);
    if (open)
      return reached("%s", path);
  }
  for (int i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "/proc/%s", directories[i]);
    DIR *directory = opendir(path);
    int entries = 0;
    while (directory && readdir(directory))
      entries++;
    if (directory)
      closedir(directory);
    if (entries > 2)
      return reached("%s", path);
  }
  return NULL;
}

static const char *frozen(void) {
  const char *paths[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  for (int i = 0; i < 5; i++) {
    struct statvfs status;
    if (statvfs(paths[i], &status) == 0 && !(status.f_flag & ST_RDONLY))
      return reached("%s is writable", paths[i]);
  }
  return NULL;
}

static const char *counters(void) {
  int taken[17], count = 0;
  while (count < 17 && (taken[count] = inotify_init1(IN_CLOEXEC)) >= 0)
    count++;
  for (int i = 0; i < count; i++)
    close(taken[i]);
  return count > 16 ? reached("%d inotify instances", count) : NULL;
}

/* The number is that of the first time namespace, PROC_TIME_INIT_INO. */
static const char *time_namespace(void) {
  char link[64] = "";
  if (readlink("/proc/self/ns/time", link, sizeof link - 1) < 0)
    return NULL;
  return strcmp(link, "time:[4026531834]") ? NULL : reached("%s", link);
}

/* Opens only: what follows from writing is known. */
static const char *settings(void) {
  const char *paths[] = {"sys/kernel/core_pattern", "sys/kernel/hostname", "sys/vm/overcommit_memory",
                         "sys/net/ipv4/ip_forward", "sys/net/ipv4/ip_unprivileged_port_start", "sys/kernel/shmmax",
                         "sys/kernel/ns_last_pid", "sysrq-trigger", "irq/default_smp_affinity"};
  for (int i = 0; i < 9; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s", paths[i]);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
      close(file);
      return reached("opened %s for writing", path);
    }
  }
  return NULL;
}

const struct check SIGHTS[] = {
    {"host-environment", environment, "environment"},
    {"host-command-lines", command_lines, "secret"},
    {"host-processes", processes, NULL},
    {"host-keys", keys, NULL},
    {"keyrings", more_keys, NULL},
    {"host-system-v", shared_memory, "shm"},
    {"host-abstract-socket", abstract_socket, "abstract"},
    {"host-network", network, "port"},
    {"host-name", host_name, "hostname"},
    {"host-terminal", terminal, NULL},
    {"host-mounts", mounts, NULL},
    {"host-control-groups", groups, NULL},
    {"proc-hidden", hidden, NULL},
    {"proc-read-only", frozen, NULL},
    {"user-counters", counters, NULL},
    {"host-time-namespace", time_namespace, NULL},
    {"kernel-settings", settings, NULL},
    {0},
};
