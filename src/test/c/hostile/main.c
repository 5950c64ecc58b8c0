#include "check.h"

#define FACTS 16384
#define DAEMON_BYTES (12 << 20)

struct start start;
static char facts[FACTS];

const char *fact(const char *key) {
  static char values[8][512];
  static int next;
  size_t length = strlen(key);
  for (char *line = facts; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
    if (!strncmp(line, key, length) && line[length] == '=') {
      char *value = values[next++ % 8];
      snprintf(value, sizeof values[0], "%.*s", (int)strcspn(line + length + 1, "\n"), line + length + 1);
      return value;
    }
  return NULL;
}

long long number(const char *key) { return atoll(fact(key)); }

const char *reached(const char *format, ...) {
  static char text[512];
  char new[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(new, sizeof new, format, arguments);
  va_end(arguments);
  for (char *c = new; *c; c++)
    if (*c < ' ')
      *c = '?';
  return strcpy(text, new);
}

const char *in_child(attack attack) {
  static char *message;
  if (!message)
    message = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  *message = 0;
  pid_t child = fork();
  if (child < 0)
    return reached("no child: %s", strerrorname_np(errno));
  if (child == 0) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    const char *result = attack();
    if (result)
      snprintf(message, 4096, "%s", result);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  return *message ? reached("%s", message) : NULL;
}

char *text_of(const char *path) {
  static char texts[4][65536];
  static int next;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return NULL;
  char *text = texts[next++ % 4];
  size_t size = 0;
  for (ssize_t got; size < 65535 && (got = read(file, text + size, 65535 - size)) > 0;)
    size += got;
  close(file);
  text[size] = 0;
  return text;
}

const char *field(const char *text, const char *name) {
  static char values[4][256];
  static int next;
  size_t length = strlen(name);
  for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
    if (!strncmp(line, name, length) && line[length] == ':') {
      const char *from = line + length + 1 + strspn(line + length + 1, " \t");
      char *value = values[next++ % 4];
      snprintf(value, sizeof values[0], "%.*s", (int)strcspn(from, "\n"), from);
      return value;
    }
  return NULL;
}

static void remember_start(void) {
  size_t length = 0;
  for (int fd = 3; fd < 1024; fd++) {
    char link[64], target[256] = "?";
    if (fcntl(fd, F_GETFD) < 0)
      continue;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t got = readlink(link, target, sizeof target - 1);
    if (got >= 0)
      target[got] = 0;
    if (length < sizeof start.descriptors - 300)
      length += sprintf(start.descriptors + length, "%s%d is %s", length ? ", " : "", fd, target);
  }
  char *status = text_of("/proc/self/status");
  start.status = status ? strdup(status) : NULL;
  start.mask = umask(022);
}

static void read_facts(void) {
  size_t size = 0;
  for (ssize_t got; size < FACTS - 1 && (got = read(0, facts + size, FACTS - 1 - size)) > 0;) {
    size += got;
    facts[size] = 0;
    if (strstr(facts, "\n\n"))
      return;
  }
}

/* Whether a comma-separated list has a name. */
static int lists(const char *list, const char *name) {
  size_t length = strlen(name);
  for (const char *at = list; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
    if (!strncmp(at, name, length) && (at[length] == ',' || !at[length]))
      return 1;
  return 0;
}

static void try(const struct check *check) {
  const char *only = fact("only"), *skip = fact("skip");
  if ((only && !lists(only, check->name)) || (skip && lists(skip, check->name)))
    return;
  if (check->needs && !fact(check->needs)) {
    printf("%s: unasked: no %s\n", check->name, check->needs);
    return;
  }
  errno = 0;
  const char *what = check->attack();
  printf(what ? "%s: broken: %s\n" : "%s: held\n", check->name, what);
}

/* Daemons in sessions of their own, one stopped, one that ignores what it can, with memory that shows in the usage. */
static void leave_daemons(void) {
  for (int kind = 0; kind < 2; kind++) {
    int ready[2];
    if (pipe2(ready, O_CLOEXEC))
      return;
    if (fork() == 0) {
      setsid();
      if (fork() != 0)
        _exit(0);
      for (int signal = 1; signal < 64; signal++)
        if (kind == 1)
          sigaction(signal, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
      char *memory = mmap(NULL, DAEMON_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      for (int at = 0; kind == 1 && memory != MAP_FAILED && at < DAEMON_BYTES; at += 4096)
        memory[at] = 1;
      close_range(0, 2, 0);
      if (write(ready[1], "", 1) != 1)
        _exit(1);
      close_range(0, ~0u, 0);
      if (kind == 0)
        raise(SIGSTOP);
      for (;;)
        pause();
    }
    close(ready[1]);
    char byte;
    if (read(ready[0], &byte, 1) < 0)
      _exit(1);
    close(ready[0]);
  }
}

/* Regular files; or, where a target is named, links to it. */
static void leave_artifacts(void) {
  const char *results[] = {fact("result-1"), fact("result-2")}, *target = fact("target");
  for (int i = 0; i < 2; i++) {
    if (!results[i] || (target && symlink(target, results[i]) == 0))
      continue;
    int file = open(results[i], O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (write(file, "result\n", 7) != 7)
      printf("%s: %s\n", results[i], strerrorname_np(errno));
    close(file);
  }
}

/* Run through a setuid bit or with file capabilities: tells whether that had an effect beyond what is granted. */
static int who(const char *granted) {
  uid_t real, effective, saved;
  gid_t real_group, effective_group, saved_group;
  getresuid(&real, &effective, &saved);
  getresgid(&real_group, &effective_group, &saved_group);
  const char *permitted = field(text_of("/proc/self/status"), "CapPrm");
  int gained = real != effective || real != saved || real_group != effective_group || real_group != saved_group;
  return gained || !permitted || strtoull(permitted, NULL, 16) & ~strtoull(granted, NULL, 16) ? 42 : 43;
}

int main(int count, char **arguments) {
  if (count > 0 && !strcmp(arguments[0], "who"))
    return who(count > 1 ? arguments[1] : "0");
  static char said[1 << 16];
  setvbuf(stdout, said, _IOFBF, sizeof said);
  remember_start();
  read_facts();
  const struct check *const all[] = {GIFTS, FILES, SIGHTS, POWERS, INIT, LIMITS};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    for (const struct check *check = all[i]; check->name; check++)
      try(check);
  leave_artifacts();
  printf("ready\n");
  fflush(stdout);
  leave_daemons();
  close(1);
  close(2);
  /* From here on it is watched from outside, until its input ends. */
  char rest;
  while (read(0, &rest, 1) > 0 || fact("deaf"))
    if (fact("deaf"))
      pause();
  return fact("exit") ? number("exit") : 7;
}
