"""Opens files until the kernel refuses one."""
import os

descriptors = []
try:
    while True:
        descriptors.append(os.open("/dev/null", os.O_RDONLY))
except OSError as refused:
    print(f"{len(descriptors)} files, then: {refused.strerror}")
