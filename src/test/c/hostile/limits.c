/* Every limit is a hard one, and holds against an attempt. */
#include "check.h"

static const char *hard(const char *key, int resource) {
  struct rlimit limit;
  getrlimit(resource, &limit);
  long long wanted = number(key);
  if (limit.rlim_max > (rlim_t)wanted || limit.rlim_cur > (rlim_t)wanted)
    return reached("%lld is allowed", limit.rlim_max == RLIM_INFINITY ? -1 : (long long)limit.rlim_max);
  limit.rlim_max++;
  return setrlimit(resource, &limit) == 0 ? reached("raised it") : NULL;
}

static const char *open_files(void) {
  const char *what = hard("nofile", RLIMIT_NOFILE);
  if (what)
    return what;
  int last = 0, file;
  while ((file = open("/", O_RDONLY | O_CLOEXEC)) >= 0)
    last = file;
  close_range(3, ~0u, 0);
  return last >= number("nofile") ? reached("descriptor %d", last) : NULL;
}

static const char *do_file_size(void) {
  signal(SIGXFSZ, SIG_IGN);
  int file = open("/tmp/large", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  int grown = ftruncate(file, number("fsize") + 1) == 0 || pwrite(file, "x", 1, number("fsize")) == 1;
  unlink("/tmp/large");
  return grown ? reached("a file of %lld bytes and one", number("fsize")) : NULL;
}

static const char *file_size(void) {
  const char *what = hard("fsize", RLIMIT_FSIZE);
  return what ? what : in_child(do_file_size);
}

static const char *address_space(void) {
  const char *what = hard("as", RLIMIT_AS);
  if (what)
    return what;
  void *memory = mmap(NULL, number("as"), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    return NULL;
  munmap(memory, number("as"));
  return reached("mapped %lld bytes", number("as"));
}

static const char *do_processes(void) {
  long long count = 1;
  int hold[2];
  if (pipe2(hold, O_CLOEXEC))
    return reached("no pipe");
  for (; count <= number("processes"); count++) {
    pid_t child = fork();
    if (child < 0)
      break;
    if (child == 0) {
      char byte;
      close(hold[1]);
      _exit(read(hold[0], &byte, 1) < 0);
    }
  }
  close(hold[1]);
  while (wait(NULL) > 0)
    ;
  /* This one and its parent are two. */
  return count + 1 > number("processes") ? reached("%lld processes", count + 1) : NULL;
}

static const char *processes(void) { return in_child(do_processes); }

static const char *cpu_time(void) { return hard("cpu", RLIMIT_CPU); }

static const char *stack(void) { return hard("stack", RLIMIT_STACK); }

static const char *queued_signals(void) {
  const char *what = hard("sigpending", RLIMIT_SIGPENDING);
  if (what)
    return what;
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  long long queued = 0;
  while (queued <= number("sigpending") && sigqueue(getpid(), SIGRTMIN, (union sigval){0}) == 0)
    queued++;
  return queued > number("sigpending") ? reached("%lld signals", queued) : NULL;
}

static const char *signals(void) { return in_child(queued_signals); }

static const char *messages(void) { return hard("msgqueue", RLIMIT_MSGQUEUE); }

static const char *core(void) { return hard("core", RLIMIT_CORE); }

/* In files of 64 KiB, because the size of one may be limited too; all of it in places that a script may write to. */
static const char *disk(void) {
  const char *places[] = {"/tmp", "/work", "/dev/shm", fact("root") && !strcmp(fact("root"), "discard") ? "/" : "/tmp"};
  static char block[65536];
  long long limit = number("disk"), written = 0;
  int files = 0;
  for (; files < 256 && written <= limit; files++) {
    char path[64];
    snprintf(path, sizeof path, "%s/fill-%d", places[files % 4], files);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    ssize_t got = file < 0 ? -1 : write(file, block, sizeof block);
    if (file >= 0)
      close(file);
    if (got > 0)
      written += got;
    if (got < (ssize_t)sizeof block && files % 4 == 3)
      break;
  }
  for (int i = 0; i <= files; i++) {
    char path[64];
    snprintf(path, sizeof path, "%s/fill-%d", places[i % 4], i);
    unlink(path);
  }
  return written > limit ? reached("wrote %lld bytes", written) : NULL;
}

static const char *inodes(void) {
  long long limit = number("disk") / 4096 + 64, made = 0;
  for (char path[64]; made <= limit; made++) {
    snprintf(path, sizeof path, "/tmp/inode-%lld", made);
    if (mkdir(path, 0700))
      break;
  }
  for (long long i = 0; i < made; i++) {
    char path[64];
    snprintf(path, sizeof path, "/tmp/inode-%lld", i);
    rmdir(path);
  }
  return made > limit ? reached("made %lld directories", made) : NULL;
}

static const char *tmpfs(void) {
  struct statvfs status;
  char path[512];
  if (statvfs(fact("tmpfs"), &status))
    return reached("%s", strerrorname_np(errno));
  unsigned long long size = (unsigned long long)status.f_blocks * status.f_frsize;
  if (size > (unsigned long long)number("tmpfs-size"))
    return reached("%llu bytes", size);
  snprintf(path, sizeof path, "%s/file", fact("tmpfs"));
  int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0)
    return reached("cannot write: %s", strerrorname_np(errno));
  close(file);
  unlink(path);
  return NULL;
}

const struct check LIMITS[] = {
    {"limit-open-files", open_files, "nofile"},
    {"limit-file-size", file_size, "fsize"},
    {"limit-address-space", address_space, "as"},
    {"limit-processes", processes, "processes"},
    {"limit-cpu-time", cpu_time, "cpu"},
    {"limit-stack", stack, "stack"},
    {"limit-core-size", core, "core"},
    {"limit-queued-signals", signals, "sigpending"},
    {"limit-messages", messages, "msgqueue"},
    {"limit-disk", disk, "disk"},
    {"limit-inodes", inodes, "disk"},
    {"limit-tmpfs", tmpfs, "tmpfs"},
    {0},
};
