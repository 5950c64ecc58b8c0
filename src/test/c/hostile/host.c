/*
 * Plays a host and a careless caller to whatever confines a script, watches it from outside, and tells what it saw.
 *
 *   host [user=UID] [root=DIRECTORY] [mode=MODE] [group=NAME] [deadline=MS] [leak=FD]... host-secret COMMAND ARGUMENT...
 *
 * NAME is part of the name of the control group in which the launcher should be.
 *
 * What is to be found has "host-secret" in its name: in the environment, the command line, the session keyring, the
 * host's and the NIS domain's names, an abstract socket; and there are a System V segment, a TCP port, a controlling
 * terminal, an open directory, ignored and blocked signals, umask 0, inheritable capabilities and mounts that propagate.
 *
 * Reads the script's facts on standard input, adds those that only it knows (pid, port, abstract, shm) and passes them
 * on. Prints all that the script prints, what it writes to standard error as "stderr: ...", and lines of its own in the
 * script's form. MODE is "end" (the default), "stopped-caller", "killed-caller", "killed-launcher", "timeout" or
 * "report" (no script).
 */
#include "host.h"

struct options options = {.mode = "end", .deadline = 20000};

static char facts[16384];

void must(int good, const char *what) {
  if (good)
    return;
  fprintf(stderr, "host: %s: %s\n", what, strerror(errno));
  exit(99);
}

static void result(const char *name, const char *broken) {
  printf(broken ? "%s: broken: %s\n" : "%s: held\n", name, broken);
}

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int is(const char *mode) { return !strcmp(options.mode, mode); }

static void read_facts(void) {
  size_t size = 0;
  for (ssize_t got; size < sizeof facts - 512 && (got = read(0, facts + size, sizeof facts - 512 - size)) > 0;)
    size += got;
}

/* Passes lines on; 1 where the script has said its last word. It writes them all at once. */
static int pass(int from, const char *prefix, int *open) {
  char text[65536];
  int ready = 0;
  ssize_t got = read(from, text, sizeof text - 1);
  if (got <= 0) {
    *open = 0;
    return 0;
  }
  text[got] = 0;
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
    printf("%s%s\n", prefix, line);
    ready |= !strcmp(line, "ready");
  }
  return ready;
}

/* Until both streams have ended, or some time after the script has said its last word; 1 where it said none. */
static int listen_to_script(void) {
  long end = now() + options.deadline;
  int open[2] = {1, 1}, ready = 0;
  while (open[0] || open[1]) {
    struct pollfd streams[] = {{open[0] ? started.output : -1, POLLIN, 0}, {open[1] ? started.error : -1, POLLIN, 0}};
    int count = poll(streams, 2, (int)(end > now() ? end - now() : 0));
    if (count <= 0)
      break;
    if (streams[0].revents && pass(started.output, "", &open[0]) && !ready) {
      ready = 1;
      end = now() + 2000;
    }
    if (streams[1].revents)
      pass(started.error, "stderr: ", &open[1]);
  }
  int silent = (open[0] || open[1]) && !ready;
  result("streams-end", silent ? "nothing was said" : open[0] || open[1] ? "held by others than the script" : NULL);
  return silent;
}

static char *line_of(const char *text, const char *name) {
  char *at = strstr(text, name);
  return at ? at + strlen(name) : NULL;
}

static const char *launcher_capabilities(const char *status) {
  const char *names[] = {"CapInh:\t", "CapPrm:\t", "CapEff:\t"};
  static char text[64];
  for (int i = 0; i < 3; i++) {
    char *set = line_of(status, names[i]);
    if (set && strtoull(set, NULL, 16)) {
      snprintf(text, sizeof text, "%.6s %.16s", names[i], set);
      return text;
    }
  }
  return NULL;
}

/* As another process of its user. */
static const char *launcher_read(const char *status) {
  uid_t uid = atoi(line_of(status, "Uid:\t"));
  gid_t gid = atoi(line_of(status, "Gid:\t"));
  pid_t child = fork();
  if (child == 0) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/environ", started.launcher);
    if (geteuid() == 0 && uid != 0 && (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid)))
      _exit(2);
    _exit(open(path, O_RDONLY) >= 0);
  }
  int ended = 0;
  waitpid(child, &ended, 0);
  return WEXITSTATUS(ended) == 0 ? NULL : WEXITSTATUS(ended) == 1 ? "its environment" : "nobody to try it as";
}

static const char *launcher_descriptors(void) {
  static char found[300];
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fd", started.launcher);
  DIR *all = opendir(path);
  *found = 0;
  for (struct dirent *entry; all && (entry = readdir(all));) {
    char target[256] = "";
    if (readlinkat(dirfd(all), entry->d_name, target, sizeof target - 1) > 0 && !strcmp(target, "/etc"))
      snprintf(found, sizeof found, "%.16s is %s", entry->d_name, target);
  }
  if (all)
    closedir(all);
  return *found ? found : NULL;
}

static const char *launcher_group(void) {
  char path[64], groups[4096] = "";
  snprintf(path, sizeof path, "/proc/%d/cgroup", started.launcher);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = file < 0 ? 0 : read(file, groups, sizeof groups - 1);
  close(file);
  return got > 0 && strstr(groups, options.group) ? NULL : "it is in others only";
}

static void look_at_launcher(void) {
  char path[64], status[4096] = "";
  snprintf(path, sizeof path, "/proc/%d/status", started.launcher);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = file < 0 ? 0 : read(file, status, sizeof status - 1);
  close(file);
  if (got <= 0 || strstr(status, "(zombie)"))
    return;
  if (options.group)
    result("control-group", launcher_group());
  result("launcher-capabilities", launcher_capabilities(status));
  result("launcher-read", launcher_read(status));
  result("launcher-descriptors", launcher_descriptors());
}

/* Whether the script has gone within some time: it held the other end of its input. */
static int ends_within(long time) {
  struct pollfd stream = {started.input, 0, 0};
  return poll(&stream, 1, (int)time) == 1;
}

/* 1 as soon as nobody is left; 0 where some are, some time after the caller has ended. */
static int reap(long time, long after) {
  long end = now() + time;
  for (;;) {
    int status;
    pid_t got = waitpid(-1, &status, WNOHANG);
    if (got == started.caller) {
      printf("exit: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
      end = now() + after;
    }
    if (got < 0)
      return 1;
    if (got == 0 && now() >= end)
      return 0;
    if (got == 0)
      usleep(300);
  }
}

/* Reads the parent of a process, and its state; 0 where there is no such process. */
static int look_up(const char *pid, int *parent, char *state) {
  char path[300], text[512] = "";
  snprintf(path, sizeof path, "/proc/%s/stat", pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return 0;
  ssize_t got = read(file, text, sizeof text - 1);
  close(file);
  char *name_end = got > 0 ? strrchr(text, ')') : NULL;
  return name_end && sscanf(name_end + 1, " %c %d", state, parent) == 2;
}

/* Ours are those that have become our children, because who made them is gone. */
static int kill_children(void) {
  int count = 0;
  DIR *all = opendir("/proc");
  for (struct dirent *entry; all && (entry = readdir(all));) {
    int parent;
    char state;
    if (entry->d_name[0] <= '9' && look_up(entry->d_name, &parent, &state) && parent == getpid() && state != 'Z') {
      kill(atoi(entry->d_name), SIGKILL);
      count++;
    }
  }
  if (all)
    closedir(all);
  return count;
}

/* How many processes have this parent; counts those that are stopped, and keeps the number of the last one. */
static int children_of(int parent, int *stopped, int *last) {
  int count = 0;
  *stopped = 0;
  DIR *all = opendir("/proc");
  for (struct dirent *entry; all && (entry = readdir(all));) {
    int its_parent;
    char state;
    if (entry->d_name[0] <= '9' && look_up(entry->d_name, &its_parent, &state) && its_parent == parent) {
      count++;
      *stopped += state == 'T';
      *last = atoi(entry->d_name);
    }
  }
  if (all)
    closedir(all);
  return count;
}

/* Whether the children of init are all stopped, or none is, within a second. */
static int become(int stopped) {
  for (long end = now() + 1000; now() < end; usleep(1000)) {
    int init = 0, child, ignored, count;
    if (children_of(started.launcher, &ignored, &init) == 1 && (count = children_of(init, &ignored, &child)) > 0 &&
        ignored == (stopped ? count : 0))
      return 1;
  }
  return 0;
}

/* Stops the caller with all of its process group, as a shell does at Ctrl-Z, or at kill -STOP %1. */
static const char *stop_caller(void) {
  kill(-getpgid(started.caller), SIGSTOP);
  int stops = become(1);
  kill(-getpgid(started.caller), SIGCONT);
  return !stops ? "it went on" : become(0) ? NULL : "it stayed stopped";
}

/* How long those who are left may take to end, once their caller has. */
static long watch_the_end(void) {
  int gone = 0;
  if (is("stopped-caller")) {
    result("stops-with-caller", stop_caller());
  } else if (is("killed-caller")) {
    kill(started.caller, SIGKILL);
    gone = ends_within(3000);
    result("dies-with-caller", gone ? NULL : "it went on");
  } else if (is("killed-launcher")) {
    kill(started.launcher, SIGKILL);
    gone = ends_within(3000);
    result("dies-with-launcher", gone ? NULL : "it went on");
  } else if (is("timeout")) {
    gone = ends_within(3000);
    result("limit-wall-time", gone ? NULL : "it went on");
  }
  close(started.input);
  return gone ? 5000 : 200;
}

int main(int count, char **arguments) {
  int at = 1;
  for (; at < count && strchr(arguments[at], '='); at++) {
    char *value = strchr(arguments[at], '=') + 1;
    switch (arguments[at][0]) {
    case 'u':
      options.user = value;
      break;
    case 'r':
      options.root = value;
      break;
    case 'm':
      options.mode = value;
      break;
    case 'g':
      options.group = value;
      break;
    case 'd':
      options.deadline = atol(value);
      break;
    case 'l':
      if (options.leak_count < 4)
        options.leaks[options.leak_count++] = atoi(value);
    }
  }
  must(at + 1 < count && !strcmp(arguments[at], MARKER), "no command after " MARKER);
  at++;
  close_range(3, ~0u, 0);
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  read_facts();
  make_host(facts, sizeof facts);
  start(arguments + at);
  strcat(facts, "\n");
  if (write(started.input, facts, strlen(facts)) < 0 && errno != EPIPE)
    must(0, "facts");
  if (is("report"))
    close(started.input);
  int silent = listen_to_script();
  long after = 200;
  if (!is("report") && !silent) {
    look_at_launcher();
    after = watch_the_end();
  }
  int gone = reap(silent ? 0 : options.deadline / 2, after), survivors = 0;
  for (int found; !gone && (found = kill_children()) > 0; gone = reap(200, 200))
    survivors += found;
  result("nothing-outlives", survivors ? "processes are left" : NULL);
  leave_host();
  return 0;
}
