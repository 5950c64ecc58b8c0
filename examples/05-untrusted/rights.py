"""Looks at its rights, and tries to get more."""
import os
import resource
import socket
import stat


def attempt(what, action):
    try:
        print(what + ":", action())
    except OSError as refused:
        print(what + ":", refused.strerror)


with open("/proc/self/status") as status:
    for line in status:
        if line.startswith(("Uid", "Gid", "Groups", "Cap", "NoNewPrivs", "Seccomp:")):
            print(" ".join(line.split()))
attempt("become root", lambda: os.setuid(0))
attempt("own a file as root", lambda: (open("/tmp/file", "w").close(), os.chown("/tmp/file", 0, 0)))
attempt("make a program setuid", lambda: os.chmod("/tmp/file", 0o4755))
attempt("make a disk", lambda: os.mknod("/tmp/disk", stat.S_IFBLK | 0o666, os.makedev(8, 0)))
attempt("name the host", lambda: socket.sethostname("mine"))
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft + 1, hard + 1))
    print("raise a limit: done")
except ValueError as refused:
    print("raise a limit:", refused)
