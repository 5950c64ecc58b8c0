/* What the two halves of the host program share: what it is told, and what it has started. */
#pragma once
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MARKER "host-secret"

struct options {
  const char *user, *root, *mode, *group;
  long deadline;
  int leaks[4], leak_count;
};

struct started {
  int input, output, error; /* our ends of the script's streams */
  pid_t caller, launcher;
};

extern struct options options;
extern struct started started;

/* Ends the program, and with it the test, where the host cannot be played. */
void must(int good, const char *what);

/* What only the host knows is added to the facts. */
void make_host(char *facts, size_t size);
void leave_host(void);

/* The caller, and below it the launcher. */
void start(char **command);
