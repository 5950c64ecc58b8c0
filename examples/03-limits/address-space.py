"""Reserves address space without using it."""
import mmap

for megabytes in 100, 2000:
    try:
        mmap.mmap(-1, megabytes * 1_000_000)
        print(f"{megabytes} MB: reserved")
    except OSError as refused:
        print(f"{megabytes} MB: {refused.strerror}")
