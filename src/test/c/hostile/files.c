/* Files of the host: by any path, descriptor, link of /proc, device, mount. */
#include "check.h"

#define SECRET "secret of the host"

/* The file handle of name_to_handle_at(2), with room for any. */
struct handle {
  struct file_handle head;
  unsigned char bytes[128];
};

static int is_secret(const char *path) {
  char *text = text_of(path);
  return text && !strncmp(text, SECRET, strlen(SECRET));
}

static const char *at(const char *base) {
  char path[1024];
  snprintf(path, sizeof path, "%s%s", base, fact("secret"));
  return is_secret(path) ? reached("%s", path) : NULL;
}

static const char *by_path(void) {
  const char *what = at("");
  return what ? what : at("../../../../../../../../../../../..");
}

static const char *by_proc(void) {
  const char *ways[] = {"root", "cwd/../../../../../../../../..", "fd/0/../../../../../../../../..", "task/1/root"};
  DIR *processes = opendir("/proc");
  const char *what = NULL;
  for (struct dirent *entry; processes && !what && (entry = readdir(processes));)
    for (int way = 0; way < 4 && !what; way++) {
      char base[512];
      snprintf(base, sizeof base, "/proc/%s/%s", entry->d_name, ways[way]);
      if (strchr("0123456789st", entry->d_name[0]))
        what = at(base);
    }
  if (processes)
    closedir(processes);
  return what;
}

static const char *by_descriptor(void) { return *start.descriptors ? start.descriptors : NULL; }

static const char *by_working_directory(void) {
  char where[512];
  if (!getcwd(where, sizeof where))
    return reached("%s", strerrorname_np(errno));
  return strcmp(where, fact("cwd")) ? reached("it begins in %s", where) : NULL;
}

/* A root that lies below the working directory does not hold it. */
static const char *leave_root(void) {
  mkdir("/tmp/below", 0700);
  if (chroot("/tmp/below"))
    return NULL;
  for (int i = 0; i < 64 && chdir("..") == 0; i++)
    ;
  if (chroot("."))
    return NULL;
  return is_secret(fact("secret")) ? reached("the secret, by a second chroot") : NULL;
}

static const char *by_chroot(void) {
  const char *what = in_child(leave_root);
  rmdir("/tmp/below");
  return what;
}

static const char *do_mount(void) {
  if (mount("tmpfs", "/tmp", "tmpfs", 0, "") == 0) {
    umount2("/tmp", MNT_DETACH);
    return reached("mounted a tmpfs");
  }
  if (mount("/", "/tmp", NULL, MS_BIND, NULL) == 0)
    return reached("bound a directory");
  if (syscall(SYS_fsopen, "tmpfs", 0) >= 0)
    return reached("made a file system");
  if (syscall(SYS_open_tree, AT_FDCWD, "/", 1) >= 0)
    return reached("copied a tree of mounts");
  if (umount2("/proc/keys", MNT_DETACH) == 0)
    return reached("uncovered /proc/keys");
  return mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) == 0 ? reached("remounted the root") : NULL;
}

static const char *by_mount(void) { return in_child(do_mount); }

static const char *by_handle(void) {
  struct handle handle = {.head.handle_bytes = 128};
  int id, directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  long file = -1;
  if (name_to_handle_at(AT_FDCWD, "/", &handle.head, &id, 0) == 0)
    file = open_by_handle_at(directory, &handle.head, O_RDONLY | O_CLOEXEC);
  close(directory);
  if (file < 0)
    return NULL;
  close(file);
  return reached("opened / by its handle");
}

static const char *made_device(void) {
  if (mknod("/tmp/device", S_IFCHR | 0666, makedev(1, 5)))
    return NULL;
  int file = open("/tmp/device", O_RDONLY | O_CLOEXEC);
  unlink("/tmp/device");
  if (file < 0)
    return NULL;
  close(file);
  return reached("made a device and opened it");
}

static const char *found_device(void) {
  int file = open(fact("device"), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return NULL;
  close(file);
  return reached("opened the device %s", fact("device"));
}

static int can_create(const char *directory) {
  char path[512];
  snprintf(path, sizeof path, "%s/made-by-the-script", directory);
  int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0)
    return 0;
  close(file);
  unlink(path);
  return 1;
}

static const char *root_writes(void) {
  int denied = !strcmp(fact("root"), "deny");
  int can = can_create("/");
  if (denied == can)
    return reached(can ? "wrote to /" : "cannot write to /: %s", strerrorname_np(errno));
  if (denied && (can_create("/etc") || can_create("/usr") || can_create("/bin")))
    return reached("wrote below /");
  return NULL;
}

static const char *read_only_mount(void) {
  char file[512], other[512];
  snprintf(file, sizeof file, "%s/file", fact("readonly"));
  snprintf(other, sizeof other, "%s/other", fact("readonly"));
  char *text = text_of(file);
  if (!text || strncmp(text, "granted", 7))
    return reached("cannot read %s", file);
  if (can_create(fact("readonly")))
    return reached("made a file");
  if (open(file, O_WRONLY | O_CLOEXEC) >= 0 || truncate(file, 0) == 0)
    return reached("wrote to %s", file);
  if (chmod(file, 0666) == 0 || utimensat(AT_FDCWD, file, NULL, 0) == 0 || chown(file, getuid(), getgid()) == 0)
    return reached("changed attributes of %s", file);
  if (link(file, other) == 0 || rename(file, other) == 0 || unlink(file) == 0 || symlink("/", other) == 0)
    return reached("changed names beside %s", file);
  return NULL;
}

static const char *writable_mount(void) {
  return can_create(fact("writable")) ? NULL : reached("cannot write: %s", strerrorname_np(errno));
}

static const char *mounted_file(void) {
  char *text = text_of(fact("file"));
  return text && !strncmp(text, "granted", 7) ? NULL : reached("cannot read %s", fact("file"));
}

static const char *script_file(void) {
  const char *path = fact("script");
  char *slash, directory[512];
  if (access(path, R_OK))
    return reached("there is no %s", path);
  snprintf(directory, sizeof directory, "%s", path);
  if ((slash = strrchr(directory, '/')))
    *slash = 0;
  if (can_create(directory))
    return reached("wrote beside %s", path);
  return chmod(path, 0777) == 0 || open(path, O_WRONLY | O_CLOEXEC) >= 0 ? reached("changed %s", path) : NULL;
}

static const char *set_id_bits(void) {
  int file = open("/tmp/set-id", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
  int can = fchmod(file, 04755) == 0 || chmod("/tmp/set-id", 02755) == 0;
  close(file);
  unlink("/tmp/set-id");
  return can ? reached("made a setuid file") : NULL;
}

const struct check FILES[] = {
    {"host-file-by-path", by_path, "secret"},
    {"host-file-by-proc", by_proc, "secret"},
    {"host-file-by-descriptor", by_descriptor, NULL},
    {"host-file-by-working-directory", by_working_directory, "cwd"},
    {"host-file-by-chroot", by_chroot, "secret"},
    {"host-file-by-mount", by_mount, NULL},
    {"host-file-by-handle", by_handle, NULL},
    {"device-made", made_device, NULL},
    {"device-found", found_device, "device"},
    {"root-written-as-granted", root_writes, "root"},
    {"read-only-mount", read_only_mount, "readonly"},
    {"writable-mount", writable_mount, "writable"},
    {"mounted-file", mounted_file, "file"},
    {"script-read-only", script_file, "script"},
    {"set-id-bits", set_id_bits, NULL},
    {0},
};
