"""Makes the system calls that a way out of a sandbox usually begins with."""
import ctypes
import os
import platform

NUMBERS = {  # x86_64, aarch64
    "ptrace": (101, 117),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "mount": (165, 40),
    "init_module": (175, 105),
    "add_key": (248, 217),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "open_tree": (428, 428),
    "clone3": (435, 435),
    "pidfd_getfd": (438, 438),
    "no such call": (999, 999),
}
CLONE_NEWUSER = 0x10000000
ARGUMENTS = {"ptrace": (16, 1), "unshare": (CLONE_NEWUSER,)}

libc = ctypes.CDLL(None, use_errno=True)
column = ["x86_64", "aarch64"].index(platform.machine())
for name, numbers in NUMBERS.items():
    arguments = ARGUMENTS.get(name, (0, 0, 0, 0, 0))
    result = libc.syscall(numbers[column], *arguments)
    print(name + ":", os.strerror(ctypes.get_errno()) if result == -1 else "it worked!")
