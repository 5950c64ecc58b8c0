/*
 * Times commands in turn, A B C A B C ..., so that a machine whose speed drifts is fair to all of them.
 *
 *   alternate ROUNDS DIRECTORY PROGRAM [ARG...] [-- DIRECTORY PROGRAM [ARG...]]...
 *
 * Each command is started in its directory with standard output a pipe. Prints a line for each: minimum, median and
 * 90th percentile of the time from vfork to the end, in microseconds. A command that fails ends it with status 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_COMMANDS 8

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double once(char **command) {
  double start = now();
  pid_t child = vfork();
  if (child == 0) {
    if (chdir(command[0]) == 0) execv(command[1], command + 1);
    _exit(127);
  }
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
    fprintf(stderr, "%s in %s: status %x\n", command[1], command[0], status);
    exit(1);
  }
  return now() - start;
}

int main(int count, char **arguments) {
  int rounds = atoi(arguments[1]);
  char **commands[MOST_COMMANDS];
  double *times[MOST_COMMANDS];
  int known = 0;
  for (int i = 2; i < count && known < MOST_COMMANDS; i++) {
    commands[known] = arguments + i;
    times[known++] = calloc(rounds, sizeof(double));
    while (i < count && strcmp(arguments[i], "--") != 0) i++;
    if (i < count) arguments[i] = NULL;
  }
  int results = dup(1), ends[2];
  if (results < 0 || pipe(ends) != 0 || dup2(ends[1], 1) < 0) return 1;
  for (int round = -3; round < rounds; round++)
    for (int i = 0; i < known; i++) {
      double time = once(commands[i]);
      if (round >= 0) times[i][round] = time;
    }
  for (int i = 0; i < known; i++) {
    qsort(times[i], rounds, sizeof(double), compare);
    dprintf(results, "%.0f %.0f %.0f\n", times[i][0], times[i][rounds / 2], times[i][rounds * 9 / 10]);
  }
  return 0;
}
