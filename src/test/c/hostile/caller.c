/* The host and the careless caller: what there is to be found, and how the launcher is started. */
#include "host.h"
#include <arpa/inet.h>
#include <libgen.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

struct started started;
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

static void take_namespaces(void) {
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

static void add_fact(char *facts, size_t size, const char *key, long value) {
  size_t length = strlen(facts);
  snprintf(facts + length, size - length, "%s=%ld\n", key, value);
}

static int segment = -1;

static void open_sockets(char *facts, size_t size) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  must(bind(server, (struct sockaddr *)&address, length) == 0 && listen(server, 8) == 0, "listen");
  getsockname(server, (struct sockaddr *)&address, &length);
  add_fact(facts, size, "port", ntohs(address.sin_port));
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  int name = snprintf(local.sun_path + 1, sizeof local.sun_path - 1, MARKER "-%d", getpid());
  server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  must(bind(server, (struct sockaddr *)&local, offsetof(struct sockaddr_un, sun_path) + 1 + name) == 0 &&
           listen(server, 8) == 0,
       "abstract socket");
  size_t end = strlen(facts);
  snprintf(facts + end, size - end, "abstract=%s\n", local.sun_path + 1);
  segment = shmget(0x5ec00000 + getpid(), 4096, IPC_CREAT | IPC_EXCL | 0666);
  must(segment >= 0, "shared memory");
  add_fact(facts, size, "shm", 0x5ec00000 + getpid());
  add_fact(facts, size, "pid", getpid());
}

/* Root gets a host of its own, as far as namespaces give it; an ordinary user has to take what there is. */
void make_host(char *facts, size_t size) {
  must(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0, "subreaper");
  if (geteuid() == 0)
    take_namespaces();
  open_sockets(facts, size);
}
void leave_host(void) {
  shmctl(segment, IPC_RMID, NULL);
  leave_group();
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

/* What our launcher looks at for whether its supervisor is stopped. */
static void show_state(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/stat", getpid());
  must(unlink("supervisor") == 0 || errno == ENOENT, "unlink supervisor");
  must(symlink(path, "supervisor") == 0, "symlink supervisor");
}

/* The caller, and below it the launcher: the script's streams are the only descriptors that are passed on purpose. */
void start(char **command) {
  int in[2], out[2], err[2], pid[2];
  must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipes");
  must(pipe2(err, O_CLOEXEC) == 0 && pipe2(pid, O_CLOEXEC) == 0, "pipes");
  started.caller = fork();
  must(started.caller >= 0, "fork");
  if (started.caller == 0) {
    int terminal = take_terminal();
    show_state();
    uid_t user = options.user ? (uid_t)atoi(options.user) : geteuid();
    must(fchown(in[0], user, -1) == 0 && fchown(out[1], user, -1) == 0 && fchown(err[1], user, -1) == 0, "owners");
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
  must(read(pid[0], &started.launcher, sizeof started.launcher) == sizeof started.launcher, "pid");
  close(in[0]);
  close(out[1]);
  close(err[1]);
  started.input = in[1];
  started.output = out[0];
  started.error = err[0];
}

