"""Looks for other processes, and turns on the first one."""
import os
import signal

here = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
print("processes:", here, "- I am", os.getpid())
print("parent:", open("/proc/1/comm").read().strip())


def attempt(what, action):
    try:
        print(what + ":", action())
    except OSError as refused:
        print(what + ":", refused.strerror)


attempt("its environment", lambda: open("/proc/1/environ", "rb").read())
attempt("its memory", lambda: open("/proc/1/mem", "rb"))
attempt("its files", lambda: os.listdir("/proc/1/fd"))
attempt("kill it", lambda: os.kill(1, signal.SIGKILL))
attempt("kill all", lambda: os.kill(-1, signal.SIGTERM))  # all but init and the caller: nobody is left
with open("/proc/self/environ") as environment:
    print("my environment:", sorted(each.split("=")[0] for each in environment.read().split("\0") if each))
print("descriptors that I was given:", [number for number in range(1024) if os.path.exists(f"/proc/self/fd/{number}")])
