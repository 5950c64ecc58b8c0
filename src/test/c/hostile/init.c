/*
 * The process that watches over the script: pid 1 of the sandbox, or, where there is none, the parent on the host. In
 * both cases it is the parent.
 */
#include "check.h"
#include <sys/ptrace.h>
#include <sys/uio.h>

static pid_t target;

static const char *path_of(const char *name) {
  static char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", target, name);
  return path;
}

/* Signal 0 is sent to nobody; that it may be sent says enough. */
static const char *signals(void) {
  target = getppid();
  if (target == 0)
    return NULL;
  if (kill(target, 0) == 0)
    return reached("kill");
  if (syscall(SYS_tgkill, target, target, 0) == 0)
    return reached("tgkill");
  if (syscall(SYS_pidfd_open, target, 0) >= 0)
    return reached("pidfd_open");
  int directory = open(path_of(""), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0 && syscall(SYS_pidfd_send_signal, directory, 0, NULL, 0) == 0)
    return reached("pidfd_send_signal");
  return NULL;
}

static const char *settings(void) {
  struct rlimit limit;
  cpu_set_t set;
  target = getppid();
  if (target == 0)
    return NULL;
  if (prlimit(target, RLIMIT_NOFILE, NULL, &limit) == 0)
    return reached("prlimit");
  if (setpriority(PRIO_PROCESS, target, 1) == 0)
    return reached("setpriority");
  if (sched_getaffinity(target, sizeof set, &set) == 0 && sched_setaffinity(target, sizeof set, &set) == 0)
    return reached("sched_setaffinity");
  return open(path_of("oom_score_adj"), O_WRONLY | O_CLOEXEC) >= 0 ? reached("%s", path_of("oom_score_adj")) : NULL;
}

static const char *do_trace(void) {
  char byte;
  struct iovec here = {&byte, 1}, there = {(void *)do_trace, 1};
  if (ptrace(PTRACE_SEIZE, target, 0, 0) == 0)
    return reached("ptrace");
  return process_vm_readv(target, &here, 1, &there, 1, 0) > 0 ? reached("process_vm_readv") : NULL;
}

static const char *trace(void) {
  target = getppid();
  return target ? in_child(do_trace) : NULL;
}

static const char *reading(void) {
  const char *files[] = {"environ", "maps", "auxv", "mem", "stack", "syscall"};
  const char *links[] = {"exe", "cwd", "root"};
  char byte;
  target = getppid();
  for (int i = 0; target && i < 6; i++) {
    int file = open(path_of(files[i]), O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : i == 3 ? 1 : read(file, &byte, 1);
    if (file >= 0)
      close(file);
    if (got > 0)
      return reached("%s", path_of(files[i]));
  }
  for (int i = 0; target && i < 3; i++)
    if (readlink(path_of(links[i]), &byte, 1) > 0)
      return reached("%s", path_of(links[i]));
  return NULL;
}

static const char *capabilities(void) {
  target = getppid();
  char *status = target ? text_of(path_of("status")) : NULL;
  const char *names[] = {"CapEff", "CapPrm", "CapInh"};
  for (int i = 0; status && i < 3; i++) {
    const char *set = field(status, names[i]);
    if (set && strtoull(set, NULL, 16))
      return reached("%s %s", names[i], set);
  }
  return NULL;
}

static const char *name(void) {
  target = getppid();
  char *text = text_of(path_of("comm"));
  return text && !strncmp(text, fact("init"), strlen(fact("init"))) ? NULL : reached("%s", text ? text : "no name");
}

/* A directory that pid 1 holds leads past what is mounted over it, or out. */
static const char *directories(void) {
  target = getppid();
  DIR *all = target ? opendir(path_of("fd")) : NULL;
  const char *what = NULL;
  for (struct dirent *entry; all && !what && (entry = readdir(all));) {
    struct stat status;
    if (entry->d_name[0] != '.' && fstatat(dirfd(all), entry->d_name, &status, 0) == 0 && S_ISDIR(status.st_mode))
      what = reached("/proc/%d/fd/%s is a directory", target, entry->d_name);
  }
  if (all)
    closedir(all);
  return what;
}

const struct check INIT[] = {
    {"pid-1-signals", signals, NULL},
    {"pid-1-settings", settings, NULL},
    {"pid-1-traced", trace, NULL},
    {"pid-1-read", reading, NULL},
    {"pid-1-capabilities", capabilities, NULL},
    {"pid-1-directories", directories, NULL},
    {"pid-1-name", name, "init"},
    {0},
};
