/*
 * Loaded into java before libc (LD_PRELOAD): numbers the calls by which it changes anything below a directory, and
 * kills the process before one of them.
 *
 *   KILL_BELOW  the directory, absolute and without links
 *   KILL_AT     the number of the call, from 1; unset or 0: none
 *   KILL_LOG    a file that gets a line for each call: its name, a space, the path
 *
 * One number for all threads, in the order in which they come: so it needs no tracer, and costs next to nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char top[PATH_MAX];
static char below[PATH_MAX + 1];
static size_t length;
static long at;
static long count;
static int log_fd = -1;

__attribute__((constructor)) static void begin(void) {
  const char *directory = getenv("KILL_BELOW");
  if (strcmp(program_invocation_short_name, "java") != 0 || directory == NULL) {
    return;
  }
  snprintf(top, sizeof top, "%s", directory);
  snprintf(below, sizeof below, "%s/", top);
  length = strlen(below);
  const char *number = getenv("KILL_AT");
  at = number == NULL ? 0 : atol(number);
  const char *file = getenv("KILL_LOG");
  if (file != NULL) {
    log_fd = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  }
  /* Not in what java starts. */
  unsetenv("LD_PRELOAD");
}

/* The path of a descriptor's file; a directory's where it is to be the start of one. */
static void path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t got = syscall(SYS_readlinkat, AT_FDCWD, link, path, (size_t) PATH_MAX - 1);
  path[got < 0 ? 0 : got] = 0;
}

static void step(const char *call, const char *path) {
  /* The directory itself counts too: it is synced. */
  if (length == 0 || (strncmp(path, below, length) != 0 && strcmp(path, top) != 0)) {
    return;
  }
  int saved = errno;
  pthread_mutex_lock(&lock);
  count++;
  if (log_fd >= 0) {
    char line[PATH_MAX + 64];
    int size = snprintf(line, sizeof line, "%s %s\n", call, path);
    if (syscall(SYS_write, log_fd, line, (size_t) size) != size) {
      abort();
    }
  }
  if (count == at) {
    kill(getpid(), SIGKILL);
    while (1) {
      pause();
    }
  }
  pthread_mutex_unlock(&lock);
  errno = saved;
}

static void step_at(const char *call, int directory, const char *path) {
  if (length == 0) {
    return;
  }
  if (path[0] == '/') {
    step(call, path);
    return;
  }
  char full[2 * PATH_MAX];
  char start[PATH_MAX];
  if (directory == AT_FDCWD) {
    if (syscall(SYS_getcwd, start, sizeof start) < 0) {
      return;
    }
  } else {
    path_of(directory, start);
  }
  snprintf(full, sizeof full, "%s/%s", start, path);
  step(call, full);
}

static void step_fd(const char *call, int fd) {
  if (length == 0) {
    return;
  }
  char path[PATH_MAX];
  path_of(fd, path);
  step(call, path);
}

#define NEXT(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

/* A call by one or two paths. */
#define BY_PATH(name, type, parameters, arguments, directory, path) \
  type name parameters { \
    step_at(#name, directory, path); \
    return NEXT(name) arguments; \
  }

/* A call by a descriptor. */
#define BY_FD(name, type, parameters, arguments, fd) \
  type name parameters { \
    step_fd(#name, fd); \
    return NEXT(name) arguments; \
  }

#define OPENER(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    if (flags & (O_CREAT | O_TRUNC)) { \
      step_at("open", AT_FDCWD, path); \
    } \
    return NEXT(name)(path, flags, mode); \
  }

#define OPENER_AT(name) \
  int name(int directory, const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    if (flags & (O_CREAT | O_TRUNC)) { \
      step_at("open", directory, path); \
    } \
    return NEXT(name)(directory, path, flags, mode); \
  }

OPENER(open)
OPENER(open64)
OPENER_AT(openat)
OPENER_AT(openat64)
BY_PATH(mkdir, int, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)
BY_PATH(mkdirat, int, (int fd, const char *path, mode_t mode), (fd, path, mode), fd, path)
BY_PATH(rmdir, int, (const char *path), (path), AT_FDCWD, path)
BY_PATH(unlink, int, (const char *path), (path), AT_FDCWD, path)
BY_PATH(unlinkat, int, (int fd, const char *path, int flags), (fd, path, flags), fd, path)
BY_PATH(remove, int, (const char *path), (path), AT_FDCWD, path)
BY_PATH(rename, int, (const char *from, const char *to), (from, to), AT_FDCWD, from)
BY_PATH(renameat, int, (int a, const char *from, int b, const char *to), (a, from, b, to), a, from)
BY_PATH(link, int, (const char *from, const char *to), (from, to), AT_FDCWD, to)
BY_PATH(linkat, int, (int a, const char *from, int b, const char *to, int f), (a, from, b, to, f), b, to)
BY_PATH(symlink, int, (const char *to, const char *path), (to, path), AT_FDCWD, path)
BY_PATH(symlinkat, int, (const char *to, int fd, const char *path), (to, fd, path), fd, path)
BY_PATH(chmod, int, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)
BY_PATH(fchmodat, int, (int fd, const char *path, mode_t mode, int f), (fd, path, mode, f), fd, path)
BY_PATH(chown, int, (const char *path, uid_t u, gid_t g), (path, u, g), AT_FDCWD, path)
BY_PATH(lchown, int, (const char *path, uid_t u, gid_t g), (path, u, g), AT_FDCWD, path)
BY_PATH(mknod, int, (const char *path, mode_t mode, dev_t dev), (path, mode, dev), AT_FDCWD, path)
BY_PATH(truncate64, int, (const char *path, off64_t size), (path, size), AT_FDCWD, path)
BY_FD(fchmod, int, (int fd, mode_t mode), (fd, mode), fd)
BY_FD(fchown, int, (int fd, uid_t u, gid_t g), (fd, u, g), fd)
BY_FD(futimens, int, (int fd, const struct timespec times[2]), (fd, times), fd)
BY_FD(ftruncate, int, (int fd, off_t size), (fd, size), fd)
BY_FD(ftruncate64, int, (int fd, off64_t size), (fd, size), fd)
BY_FD(fsync, int, (int fd), (fd), fd)
BY_FD(fdatasync, int, (int fd), (fd), fd)
BY_FD(write, ssize_t, (int fd, const void *bytes, size_t size), (fd, bytes, size), fd)
BY_FD(writev, ssize_t, (int fd, const struct iovec *parts, int count), (fd, parts, count), fd)
BY_FD(pwrite, ssize_t, (int fd, const void *bytes, size_t size, off_t offset), (fd, bytes, size, offset), fd)
BY_FD(pwrite64, ssize_t, (int fd, const void *bytes, size_t size, off64_t offset), (fd, bytes, size, offset), fd)
BY_FD(pwritev64, ssize_t, (int fd, const struct iovec *p, int count, off64_t offset), (fd, p, count, offset), fd)
BY_FD(sendfile, ssize_t, (int to, int from, off_t *offset, size_t size), (to, from, offset, size), to)
BY_FD(sendfile64, ssize_t, (int to, int from, off64_t *offset, size_t size), (to, from, offset, size), to)
BY_FD(
    copy_file_range,
    ssize_t,
    (int from, off64_t *in, int to, off64_t *out, size_t size, unsigned int flags),
    (from, in, to, out, size, flags),
    to)

int utimensat(int fd, const char *path, const struct timespec times[2], int flags) {
  const char *volatile name = path; /* glibc's header says that it is never null; the kernel lets it be */
  if (name == NULL) {
    step_fd("utimensat", fd);
  } else {
    step_at("utimensat", fd, name);
  }
  return NEXT(utimensat)(fd, name, times, flags);
}
