/*
 * Plays a host and a careless caller to whatever confines a script, watches it from outside, and tells what it saw.
 *
 *   host [user=UID] [root=DIRECTORY] [mode=MODE] [deadline=MS] [leak=FD]... host-secret COMMAND ARGUMENT...
 *
 * What is to be found has "host-secret" in its name: in the environment, the command line, the session keyring, the
 * host's and the NIS domain's names, an abstract socket; and there are a System V segment, a TCP port, a controlling
 * terminal, an open directory, ignored and blocked signals, umask 0, inheritable capabilities and mounts that propagate.
 *
 * Reads the script's facts on standard input, adds those that only it knows (pid, port, abstract, shm) and passes them
 * on. Prints all that the script prints, what it writes to standard error as "stderr: ...", and lines of its own in the
 * script's form. MODE is "end" (the default), "killed-caller", "killed-launcher", "timeout" or "report" (no script).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MARKER "host-secret"

static struct {
  const char *user, *root, *mode;
  long deadline;
  int leaks[4], leak_count;
} options = {.mode = "end", .deadline = 20000};

static char facts[16384];
static int input, output, error; /* our ends of the script's streams */
static pid_t caller, launcher;

static void must(int good, const char *what) {
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

static void add_fact(const char *key, long value) {
  size_t length = strlen(facts);
  snprintf(facts + length, sizeof facts - length, "%s=%ld\n", key, value);
}

static char group[128];

/* A control group that has a name; of a hierarchy of version 1, or of version 2. */
static void join_group(void) {
  const char *roots[] = {"/sys/fs/cgroup/pids", "/sys/fs/cgroup"}, *files[] = {"tasks", "cgroup.procs"};
  int version = access("/sys/fs/cgroup/pids/tasks", F_OK) == 0 ? 0 : 1;
  char path[256];
  snprintf(group, sizeof group, "%s/" MARKER "-%d", roots[version], getpid());
  must(mkdir(group, 0755) == 0, group);
  snprintf(path, sizeof path, "%s/%s", group, files[version]);
  int file = open(path, O_WRONLY | O_CLOEXEC);
  must(file >= 0 && write(file, "0", 1) == 1, path);
  close(file);
}

/* Its last process is this one, which goes back to the root. */
static void leave_group(void) {
  if (!*group)
    return;
  char path[256];
  snprintf(path, sizeof path, "%s/%s", dirname(strdup(group)), strstr(group, "pids/") ? "tasks" : "cgroup.procs");
  int file = open(path, O_WRONLY | O_CLOEXEC);
  must(file >= 0 && write(file, "0", 1) == 1, path);
  close(file);
  for (int i = 0; rmdir(group) && i < 1000; i++)
    usleep(1000);
}

/* Root gets a host of its own, as far as namespaces give it; an ordinary user has to take what there is. */
static void make_host(void) {
  must(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0, "subreaper");
  if (geteuid() != 0)
    return;
  must(unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC) == 0, "unshare");
  /* Among themselves only: private first, or they would go on sharing with the real host's. */
  must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private mounts");
  must(mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) == 0, "shared mounts");
  join_group();
  must(sethostname(MARKER, strlen(MARKER)) == 0 && setdomainname(MARKER, strlen(MARKER)) == 0, "names");
  if (options.root) {
    char path[4096];
    snprintf(path, sizeof path, "%s/proc", options.root);
    must(mount("proc", path, "proc", 0, NULL) == 0, path);
    snprintf(path, sizeof path, "%s/dev", options.root);
    must(mount("/dev", path, NULL, MS_BIND | MS_REC, NULL) == 0, path);
  }
}

static int segment = -1;

static void open_sockets(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  must(bind(server, (struct sockaddr *)&address, length) == 0 && listen(server, 8) == 0, "listen");
  getsockname(server, (struct sockaddr *)&address, &length);
  add_fact("port", ntohs(address.sin_port));
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  int size = snprintf(local.sun_path + 1, sizeof local.sun_path - 1, MARKER "-%d", getpid());
  server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  must(bind(server, (struct sockaddr *)&local, offsetof(struct sockaddr_un, sun_path) + 1 + size) == 0 &&
           listen(server, 8) == 0,
       "abstract socket");
  size_t end = strlen(facts);
  snprintf(facts + end, sizeof facts - end, "abstract=%s\n", local.sun_path + 1);
  segment = shmget(0x5ec00000 + getpid(), 4096, IPC_CREAT | IPC_EXCL | 0666);
  must(segment >= 0, "shared memory");
  add_fact("shm", 0x5ec00000 + getpid());
  add_fact("pid", getpid());
}

/* Whose other end must stay open, or the terminal hangs up. */
static int take_terminal(void) {
  int unlocked = 0, index;
  char path[64];
  setsid();
  int master = open("/dev/ptmx", O_RDWR | O_CLOEXEC | O_NOCTTY);
  must(master >= 0 && ioctl(master, TIOCSPTLCK, &unlocked) == 0 && ioctl(master, TIOCGPTN, &index) == 0, "ptmx");
  snprintf(path, sizeof path, "/dev/pts/%d", index);
  must(open(path, O_RDWR | O_CLOEXEC) >= 0, path);
  return master;
}

static void become_user(void) {
  gid_t group = options.user ? atoi(options.user) : 54322;
  if (geteuid() == 0)
    must(setgroups(1, &group) == 0, "groups");
  if (options.user)
    must(setresgid(group, group, group) == 0 && setresuid(group, group, group) == 0, "user");
}

static void hold_keys(void) {
  long ring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
  must(ring >= 0 || errno == ENOSYS, "keyring");
  if (ring >= 0)
    must(syscall(SYS_add_key, "user", MARKER, "secret", 6, KEY_SPEC_SESSION_KEYRING) >= 0, "key");
}

static void inherit_capabilities(void) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2];
  must(syscall(SYS_capget, &head, sets) == 0, "capget");
  for (int i = 0; i < 2; i++)
    sets[i].inheritable = sets[i].permitted;
  must(syscall(SYS_capset, &head, sets) == 0, "capset");
}

static void leak(void) {
  for (int i = 0; i < options.leak_count; i++) {
    int file = open("/etc", O_RDONLY | O_DIRECTORY);
    must(file >= 0, "/etc");
    if (file != options.leaks[i]) {
      must(dup2(file, options.leaks[i]) >= 0, "leak");
      close(file);
    }
  }
}

static void execute(char **command) {
  sigset_t some;
  sigemptyset(&some);
  sigaddset(&some, SIGHUP);
  sigaddset(&some, SIGPIPE);
  sigaddset(&some, SIGUSR2);
  for (int signal = 1; signal < 64; signal++)
    if (signal != SIGKILL && signal != SIGSTOP && signal != 32 && signal != 33)
      sigaction(signal, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
  sigprocmask(SIG_SETMASK, &some, NULL);
  umask(0);
  inherit_capabilities();
  leak();
  char *environment[] = {"HOST=" MARKER, NULL};
  execvpe(command[0], command, environment);
  must(0, command[0]);
}

/* The caller, and below it the launcher: the script's streams are the only descriptors that are passed on purpose. */
static void start(char **command) {
  int in[2], out[2], err[2], pid[2];
  must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipes");
  must(pipe2(err, O_CLOEXEC) == 0 && pipe2(pid, O_CLOEXEC) == 0, "pipes");
  caller = fork();
  must(caller >= 0, "fork");
  if (caller == 0) {
    int terminal = take_terminal();
    become_user();
    hold_keys();
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
      must(dup2(in[0], 0) == 0 && dup2(out[1], 1) == 1 && dup2(err[1], 2) == 2, "streams");
      execute(command);
    }
    must(write(pid[1], &child, sizeof child) == sizeof child, "pid");
    close_range(0, terminal - 1, 0);
    close_range(terminal + 1, ~0u, 0);
    int status = 0;
    waitpid(child, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  }
  must(read(pid[0], &launcher, sizeof launcher) == sizeof launcher, "pid");
  close(in[0]);
  close(out[1]);
  close(err[1]);
  input = in[1];
  output = out[0];
  error = err[0];
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
    struct pollfd streams[] = {{open[0] ? output : -1, POLLIN, 0}, {open[1] ? error : -1, POLLIN, 0}};
    int count = poll(streams, 2, (int)(end > now() ? end - now() : 0));
    if (count <= 0)
      break;
    if (streams[0].revents && pass(output, "", &open[0]) && !ready) {
      ready = 1;
      end = now() + 1000;
    }
    if (streams[1].revents)
      pass(error, "stderr: ", &open[1]);
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
    snprintf(path, sizeof path, "/proc/%d/environ", launcher);
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
  snprintf(path, sizeof path, "/proc/%d/fd", launcher);
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

static void look_at_launcher(void) {
  char path[64], status[4096] = "";
  snprintf(path, sizeof path, "/proc/%d/status", launcher);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = file < 0 ? 0 : read(file, status, sizeof status - 1);
  close(file);
  if (got <= 0 || strstr(status, "(zombie)"))
    return;
  result("launcher-capabilities", launcher_capabilities(status));
  result("launcher-read", launcher_read(status));
  result("launcher-descriptors", launcher_descriptors());
}

/* Whether the script has gone within some time: it held the other end of its input. */
static int ends_within(long time) {
  struct pollfd stream = {input, 0, 0};
  return poll(&stream, 1, (int)time) == 1;
}

/* 1 as soon as nobody is left, or as the caller has ended and the others have had some time for it too. */
static int reap(long time) {
  long end = now() + time;
  for (;;) {
    int status;
    pid_t got = waitpid(-1, &status, WNOHANG);
    if (got == caller) {
      printf("exit: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
      end = now() + 200;
    }
    if (got < 0)
      return 1;
    if (got == 0 && now() >= end)
      return 0;
    if (got == 0)
      usleep(300);
  }
}

/* Ours are those that have become our children, because who made them is gone. */
static int kill_children(void) {
  int count = 0;
  DIR *all = opendir("/proc");
  for (struct dirent *entry; all && (entry = readdir(all));) {
    char path[300], text[512] = "";
    snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
    int file = entry->d_name[0] <= '9' ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file >= 0 && read(file, text, sizeof text - 1) > 0 && strrchr(text, ')')) {
      char state;
      int parent;
      if (sscanf(strrchr(text, ')') + 1, " %c %d", &state, &parent) == 2 && parent == getpid() && state != 'Z') {
        kill(atoi(entry->d_name), SIGKILL);
        count++;
      }
    }
    if (file >= 0)
      close(file);
  }
  if (all)
    closedir(all);
  return count;
}

static void watch_the_end(void) {
  if (is("killed-caller")) {
    kill(caller, SIGKILL);
    result("dies-with-caller", ends_within(2000) ? NULL : "it went on");
  } else if (is("killed-launcher")) {
    kill(launcher, SIGKILL);
    result("dies-with-launcher", ends_within(2000) ? NULL : "it went on");
  } else if (is("timeout")) {
    result("limit-wall-time", ends_within(2000) ? NULL : "it went on");
  }
  close(input);
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
  make_host();
  open_sockets();
  start(arguments + at);
  strcat(facts, "\n");
  if (write(input, facts, strlen(facts)) < 0 && errno != EPIPE)
    must(0, "facts");
  if (is("report"))
    close(input);
  int silent = listen_to_script();
  if (!is("report") && !silent) {
    look_at_launcher();
    watch_the_end();
  }
  int gone = reap(silent ? 0 : options.deadline / 2), survivors = 0;
  for (int found; !gone && (found = kill_children()) > 0; gone = reap(200))
    survivors += found;
  result("nothing-outlives", survivors ? "processes are left" : NULL);
  shmctl(segment, IPC_RMID, NULL);
  leave_group();
  return 0;
}
