/*
 * Uses memory and CPU time in the ways in which programs do that want more than their limit, or that only seem to.
 * usage WAY MIB-OR-MICROSECONDS [TIMES]; ends with 0 when it was let to.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB (1L << 20)
#define PAGE 4096L

static void rest(long milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (nanosleep(&time, &time) != 0)
    ;
}

static char *map(long size, int how) {
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | how, -1, 0);
  if (memory == MAP_FAILED)
    _exit(3);
  return memory;
}

static void touch(char *memory, long size) {
  for (long at = 0; at < size; at += PAGE)
    memory[at]++;
}

static long used(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void burn(long microseconds) {
  while (used(CLOCK_THREAD_CPUTIME_ID) < microseconds)
    ;
}

/* So many processes, each with so much memory of its own. */
static void processes(long size, long times) {
  for (long i = 0; i < times; i++)
    if (fork() == 0) {
      touch(map(size, MAP_PRIVATE), size);
      rest(1000);
      _exit(0);
    }
  while (wait(NULL) > 0)
    ;
}

/* So many processes that read what one of them has written. */
static void copies(long size, long times) {
  char *memory = map(size, MAP_PRIVATE);
  touch(memory, size);
  for (long i = 0; i < times; i++)
    if (fork() == 0) {
      long sum = 0;
      for (long at = 0; at < size; at += PAGE)
        sum += memory[at];
      rest(300);
      _exit(sum == 0);
    }
  int status = 0;
  while (wait(&status) > 0)
    if (status != 0)
      exit(4);
}

/* Starts programs as shells and Python do, with so much memory: for a moment two processes have it. */
static void vforks(long size, long times) {
  touch(map(size, MAP_PRIVATE), size);
  for (long i = 0; i < times; i++) {
    if (vfork() == 0) {
      rest(10);
      _exit(0);
    }
    wait(NULL);
  }
}

/* Fills shared memory, and lets go of each part at once. */
static void given_back(long size) {
  char *memory = map(size, MAP_SHARED);
  for (long at = 0; at < size; at += MIB) {
    touch(memory + at, MIB);
    madvise(memory + at, MIB, MADV_DONTNEED);
  }
  rest(1000);
}

/* The same with many small objects, of which one page each stays mapped. */
static void trimmed(long size) {
  for (long at = 0; at < size; at += MIB) {
    char *memory = map(MIB, MAP_SHARED);
    touch(memory, MIB);
    munmap(memory + PAGE, MIB - PAGE);
  }
  rest(1000);
}

static int next(void *stack);

/* Hands its memory on to a process that shares it, again and again, and ends. */
static void handed_on(long size) {
  signal(SIGCHLD, SIG_IGN);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  char *stack = map(2 * MIB, MAP_PRIVATE | MAP_NORESERVE);
  if (fork() == 0) {
    touch(map(size, MAP_PRIVATE), size);
    next(stack);
  }
  rest(1500);
}

static int next(void *stack) {
  char *top = (char *)stack + MIB;
  static int turn;
  turn = 1 - turn;
  clone(next, top + turn * MIB / 2, CLONE_VM | SIGCHLD, stack);
  syscall(SYS_exit, 0);
  return 0;
}

static void *burning(void *microseconds) {
  burn((long)microseconds);
  return NULL;
}

/* Children that use so many microseconds each, one after the other; those that nobody waits for leave no trace. */
static void relay(long microseconds, long times, int waited, int threads) {
  if (!waited)
    signal(SIGCHLD, SIG_IGN);
  for (long i = 0; i < times; i++) {
    int ends[2];
    if (pipe(ends) != 0)
      exit(5);
    if (fork() == 0) {
      if (threads) {
        pthread_t thread;
        pthread_create(&thread, NULL, burning, (void *)microseconds);
        pthread_join(thread, NULL);
      } else {
        burn(microseconds);
      }
      _exit(0);
    }
    close(ends[1]);
    char byte;
    if (read(ends[0], &byte, 1) != 0)
      exit(6);
    close(ends[0]);
    if (waited)
      wait(NULL);
  }
}

static void threads(long microseconds, long times) {
  pthread_t all[16];
  for (long i = 0; i < times; i++)
    pthread_create(&all[i], NULL, burning, (void *)microseconds);
  for (long i = 0; i < times; i++)
    pthread_join(all[i], NULL);
}

/* Memory that is mapped, or, where its size is told as negative, in a file in memory. Then the process ends. */
static void *filling(void *size) {
  long much = (long)size;
  if (much > 0)
    touch(map(much, MAP_PRIVATE), much);
  char page[PAGE];
  memset(page, 1, PAGE);
  int hidden = much < 0 ? memfd_create("hidden", 0) : -1;
  for (long at = 0; at < -much; at += PAGE)
    if (write(hidden, page, PAGE) != PAGE)
      _exit(8);
  rest(1000);
  _exit(0);
}

static void *waiting(void *status) {
  while (wait(status) > 0)
    ;
  _exit(0);
}

/* Goes on in a second thread, and ends the first one: what /proc tells of a process is mostly what its first has. */
static void go_on(void *(*how)(void *), long size) {
  pthread_t thread;
  pthread_create(&thread, NULL, how, (void *)size);
  syscall(SYS_exit, 0);
}

static void headless(long size, long times) {
  for (long i = 0; i < times; i++)
    if (fork() == 0)
      go_on(filling, size);
  go_on(waiting, 0);
}

/* Has so many processes with as many mappings as can be, of a file with a long path; then so much memory for a moment. */
static void blinding(long size, long times) {
  char name[251] = {0};
  memset(name, 'd', sizeof name - 1);
  for (int i = 0; i < 15; i++)
    if (mkdir(name, 0700) != 0 || chdir(name) != 0)
      exit(10);
  int file = open("file", O_RDWR | O_CREAT, 0600);
  char *first = mmap(NULL, 65000 * PAGE, PROT_READ, MAP_SHARED, file, 0);
  for (long i = 0; i < 65000; i += 2)
    if (mprotect(first + i * PAGE, PAGE, PROT_NONE) != 0)
      exit(11);
  for (long i = 0; i < times; i++)
    if (fork() == 0) {
      rest(4000);
      _exit(0);
    }
  rest(1000);
  for (int i = 0; i < 3; i++) {
    char *memory = map(size, MAP_PRIVATE);
    touch(memory, size);
    rest(100);
    munmap(memory, size);
    rest(100);
  }
}

/* Sends so much to sockets of its own that nobody reads from. */
static void sockets(long size) {
  static char part[60000];
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  for (long sent = 0; sent < size;) {
    struct sockaddr_in bound = here;
    socklen_t length = sizeof bound;
    int end = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(end, (struct sockaddr *)&bound, length) != 0 || getsockname(end, (struct sockaddr *)&bound, &length) != 0)
      exit(9);
    // No socket takes more than some of them; the rest is dropped.
    for (int i = 0; i < 4; i++)
      sent += sendto(end, part, sizeof part, MSG_DONTWAIT, (struct sockaddr *)&bound, length) > 0 ? sizeof part : 0;
  }
  rest(1000);
}

static void report(const char *call, long result) {
  printf("%s: %s\n", call, result < 0 ? strerrorname_np(errno) : "made");
}

/* Files in memory, of which disk is the limit; then so much memory that is in no file. */
static void files(long size, long times) {
  char page[PAGE];
  memset(page, 1, PAGE);
  int file = open("/tmp/file", O_RDWR | O_CREAT, 0600);
  for (long at = 0; at < size; at += PAGE)
    if (write(file, page, PAGE) != PAGE)
      exit(7);
  rest(200);
  if (times > 1) {
    int hidden = memfd_create("hidden", 0);
    for (long at = 0; at < times * MIB; at += PAGE)
      if (write(hidden, page, PAGE) != PAGE)
        exit(8);
    rest(1000);
  }
}

/* A file in memory that is mapped: resident, and no more than the file. */
static void mapped(long size) {
  int file = open("/tmp/file", O_RDWR | O_CREAT, 0600);
  char *memory = ftruncate(file, size) == 0 ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
  if (memory == MAP_FAILED)
    exit(9);
  touch(memory, size);
  rest(200);
}

/* Which calls make memory that nobody need map. */
static void hidden(void) {
  report("memfd_create", memfd_create("hidden", 0));
  report("shmget", shmget(IPC_PRIVATE, MIB, 0600));
  report("semget", semget(IPC_PRIVATE, 1, 0600));
  report("msgget", msgget(IPC_PRIVATE, 0600));
  report("vmsplice", vmsplice(1, NULL, 0, 0));
}

int main(int count, char **arguments) {
  const char *way = arguments[1];
  long size = count > 2 ? atol(arguments[2]) : 0;
  long times = count > 3 ? atol(arguments[3]) : 1;
  if (strcmp(way, "processes") == 0)
    processes(size * MIB, times);
  else if (strcmp(way, "named") == 0) {
    prctl(PR_SET_NAME, ") R 1 1\n(\\\x80");
    prctl(PR_SET_DUMPABLE, 0);
    processes(size * MIB, times);
  } else if (strcmp(way, "shut") == 0) {
    // Who is not root finds nothing below this root directory any more.
    if (chmod("/", 0) != 0)
      return 3;
    processes(size * MIB, times);
  } else if (strcmp(way, "gulp") == 0)
    touch(map(size * MIB, MAP_PRIVATE), size * MIB);
  else if (strcmp(way, "copies") == 0)
    copies(size * MIB, times);
  else if (strcmp(way, "vforks") == 0)
    vforks(size * MIB, times);
  else if (strcmp(way, "given-back") == 0)
    given_back(size * MIB);
  else if (strcmp(way, "trimmed") == 0)
    trimmed(size * MIB);
  else if (strcmp(way, "handed-on") == 0)
    handed_on(size * MIB);
  else if (strcmp(way, "relay") == 0)
    relay(size, times, 0, 0);
  else if (strcmp(way, "threaded-relay") == 0)
    relay(size, times, 0, 1);
  else if (strcmp(way, "waited-relay") == 0)
    relay(size, times, 1, 0);
  else if (strcmp(way, "threads") == 0)
    threads(size, times);
  else if (strcmp(way, "blinding") == 0)
    blinding(size * MIB, times);
  else if (strcmp(way, "sockets") == 0)
    sockets(size * MIB);
  else if (strcmp(way, "headless") == 0)
    headless(size * MIB, times);
  else if (strcmp(way, "headless-files") == 0)
    headless(-size * MIB, times);
  else if (strcmp(way, "files") == 0)
    files(size * MIB, times);
  else if (strcmp(way, "mapped") == 0)
    mapped(size * MIB);
  else if (strcmp(way, "rest") == 0)
    rest(size);
  else if (strcmp(way, "hidden") == 0)
    hidden();
  else
    return 2;
  return 0;
}
