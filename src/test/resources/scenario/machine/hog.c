// Takes what a limit is for, and says how much it got:
//
//   hog memory PROCESSES MEGABYTES SECONDS   each writes to so much memory, and holds it until all have had it so long
//   hog cpu PROCESSES MILLISECONDS           each computes for so long, in CPU time
//   hog forks PROCESSES                      starts so many that wait; tells after a second how many came to be, and
//                                            exits with 1 if not all did
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void take_memory(long megabytes, int started, int all) {
  size_t size = (size_t)megabytes << 20;
  char *memory = malloc(size);
  if (memory == NULL) exit(2);
  for (size_t i = 0; i < size; i += 4096) memory[i] = 1;
  char byte = 0;
  if (write(started, &byte, 1) != 1) exit(3);
  // Ends when the parent has heard of all, and closes its end.
  if (read(all, &byte, 1) != 0) exit(4);
}

static void compute(long milliseconds) {
  struct timespec used;
  do {
    for (volatile int i = 0; i < 100000; i++) continue;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  } while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < milliseconds);
}

int main(int argc, char **argv) {
  if (argc < 3) return 98;
  const char *what = argv[1];
  int processes = atoi(argv[2]);
  long amount = argc > 3 ? atol(argv[3]) : 0;
  int started[2], all[2];
  if (pipe(started) != 0 || pipe(all) != 0) return 97;
  int made = 0;
  while (made < processes) {
    pid_t child = fork();
    if (child < 0) break;
    if (child == 0) {
      close(all[1]);
      if (strcmp(what, "memory") == 0) take_memory(amount, started[1], all[0]);
      if (strcmp(what, "cpu") == 0) compute(amount);
      if (strcmp(what, "forks") == 0) sleep(10);
      _exit(0);
    }
    made++;
  }
  close(started[1]);
  if (strcmp(what, "forks") == 0) {
    sleep(1);
    printf("%d\n", made);
    return made == processes ? 0 : 1;
  }
  char byte;
  for (int i = 0; strcmp(what, "memory") == 0 && i < made; i++) {
    if (read(started[0], &byte, 1) != 1) return 5;
  }
  if (argc > 4) sleep((unsigned)atoi(argv[4]));
  close(all[1]);
  for (int i = 0; i < made; i++) {
    int status;
    if (wait(&status) < 0 || status != 0) return 6;
  }
  printf("%d done\n", made);
  return 0;
}
