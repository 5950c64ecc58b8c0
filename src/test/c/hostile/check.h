/*
 * A hostile script. It reads facts from its standard input, lines of KEY=VALUE up to an empty one, makes every attack
 * that the facts allow, and prints a line for each: "NAME: held", "NAME: broken: what was reached", or "NAME: unasked:
 * no KEY" where a fact is missing. It knows nothing of who confines it.
 */
#pragma once
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

/* NULL: the attack failed, or what is needed is there. */
typedef const char *(*attack)(void);

struct check {
  const char *name;
  attack attack;
  const char *needs; /* the fact that it cannot do without, or NULL */
};

/* Each file's checks; a check without a name is the last. */
extern const struct check GIFTS[], FILES[], SIGHTS[], POWERS[], INIT[], LIMITS[];

/* The value of a fact, NULL where there is none. */
const char *fact(const char *key);
long long number(const char *key);

/* What was reached, in words. */
const char *reached(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Makes an attack that may change or end the process in a child; who is killed for it has not got through. */
const char *in_child(attack attack);

/* The whole text of a small file, NULL where it cannot be read. */
char *text_of(const char *path);

/* A field of a file such as /proc/PID/status, NULL where there is none. */
const char *field(const char *text, const char *name);

/* What the process found when it began: descriptors beyond its streams, /proc/self/status, umask. */
struct start {
  char descriptors[1024];
  char *status;
  mode_t mask;
};
extern struct start start;
