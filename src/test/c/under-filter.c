// Runs calls or a program under a seccomp filter, for the scenario tests of compile.seccomp.
//
//   under-filter FILTER probe      reads calls from stdin, one a line: ABI NUMBER ARG0 ... ARG5 (hexadecimal but ABI)
//                                  ABI is 64 or 32 (int 0x80); writes one line for each:
//                                  "result N", "errno N" or "signal N"
//   under-filter FILTER decide     the same, but all calls are made by one child, as the filter lets none be made:
//                                  each of its actions is an errno
//   under-filter FILTER exec PROGRAM ARG...
//
// FILTER is an array of struct sock_filter. A probing call is made by a child of its own, because it may end the caller.
// In an argument, "P" stands for a pointer to a page of zeros.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
  perror(what);
  exit(99);
}

static struct sock_fprog read_filter(const char *path) {
  static struct sock_filter instructions[BPF_MAXINSNS + 1];
  FILE *file = fopen(path, "rb");
  if (file == NULL) die(path);
  size_t count = fread(instructions, sizeof instructions[0], BPF_MAXINSNS + 1, file);
  fclose(file);
  struct sock_fprog program = {(unsigned short)count, instructions};
  return program;
}

static void install(struct sock_fprog *program) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) die("no_new_privs");
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) != 0) die("seccomp");
}

#ifdef __x86_64__
static long call64(unsigned long number, const unsigned long *a) {
  register unsigned long r10 __asm__("r10") = a[3];
  register unsigned long r8 __asm__("r8") = a[4];
  register unsigned long r9 __asm__("r9") = a[5];
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

static long call32(unsigned long number, const unsigned long *a) {
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4])
                   : "r8", "r9", "r10", "r11", "memory");
  return (int)result;
}
#else
static long call64(unsigned long number, const unsigned long *a) {
  register unsigned long x8 __asm__("x8") = number;
  register unsigned long x0 __asm__("x0") = a[0];
  register unsigned long x1 __asm__("x1") = a[1];
  register unsigned long x2 __asm__("x2") = a[2];
  register unsigned long x3 __asm__("x3") = a[3];
  register unsigned long x4 __asm__("x4") = a[4];
  register unsigned long x5 __asm__("x5") = a[5];
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return (long)x0;
}

static long call32(unsigned long number, const unsigned long *a) {
  (void)number;
  (void)a;
  return -ENOSYS;
}
#endif

// The child tells its result through shared memory, so that no further call comes between.
struct answer {
  int made;
  long result;
};

struct call {
  int is32;
  unsigned long number;
  unsigned long arguments[6];
};

static int read_call(struct call *call, char *page) {
  char line[512];
  if (fgets(line, sizeof line, stdin) == NULL) return 0;
  call->is32 = strcmp(strtok(line, " \n"), "32") == 0;
  call->number = strtoul(strtok(NULL, " \n"), NULL, 16);
  for (int i = 0; i < 6; i++) {
    char *word = strtok(NULL, " \n");
    if (word == NULL) exit(98);
    call->arguments[i] = strcmp(word, "P") == 0 ? (unsigned long)page : strtoul(word, NULL, 16);
  }
  return 1;
}

static long make(const struct call *call) {
  return call->is32 ? call32(call->number, call->arguments) : call64(call->number, call->arguments);
}

static void print(long result) {
  if (result < 0 && result >= -4095) {
    printf("errno %ld\n", -result);
  } else {
    printf("result %ld\n", result);
  }
}

static void *memory(size_t size, int sharing) {
  void *found = mmap(NULL, size, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED) die("mmap");
  return found;
}

static pid_t fork_child(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child == 0) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    alarm(5);
  }
  return child;
}

static void probe(struct sock_fprog *program) {
  struct answer *answer = memory(sizeof *answer, MAP_SHARED);
  char *page = memory(4096, MAP_PRIVATE);
  struct call call;
  while (read_call(&call, page)) {
    answer->made = 0;
    pid_t child = fork_child();
    if (child == 0) {
      install(program);
      long result = make(&call);
      answer->result = result;
      answer->made = 1;
      _exit(0);
    }
    int status;
    if (waitpid(child, &status, 0) != child) die("wait");
    if (!answer->made && WIFSIGNALED(status)) {
      printf("signal %d\n", WTERMSIG(status));
    } else if (!answer->made) {
      printf("exit %d\n", WEXITSTATUS(status));
    } else {
      print(answer->result);
    }
  }
}

static void decide(struct sock_fprog *program) {
  const size_t most = 1 << 18;
  struct call *calls = memory(most * sizeof *calls, MAP_PRIVATE);
  struct answer *answers = memory(most * sizeof *answers, MAP_SHARED);
  char *page = memory(4096, MAP_PRIVATE);
  size_t count = 0;
  while (read_call(&calls[count], page)) {
    if (++count == most) exit(98);
  }
  if (fork_child() == 0) {
    install(program);
    for (size_t i = 0; i < count; i++) {
      answers[i].result = make(&calls[i]);
      answers[i].made = 1;
    }
    // Not by a call: the filter would let none be made that ends it.
    __builtin_trap();
  }
  int status;
  if (wait(&status) < 0) die("wait");
  for (size_t i = 0; i < count; i++) {
    if (answers[i].made) {
      print(answers[i].result);
    } else {
      printf("not made: it ended with status %d\n", status);
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 3) exit(98);
  struct sock_fprog program = read_filter(argv[1]);
  if (strcmp(argv[2], "probe") == 0) {
    probe(&program);
    return 0;
  }
  if (strcmp(argv[2], "decide") == 0) {
    decide(&program);
    return 0;
  }
  if (strcmp(argv[2], "exec") != 0 || argc < 4) exit(98);
  install(&program);
  execv(argv[3], argv + 3);
  die(argv[3]);
}
