"""Starts processes until the kernel refuses one."""
import subprocess
import time

sleepers = []
try:
    while True:
        sleepers.append(subprocess.Popen(["sleep", "60"]))
except BlockingIOError as refused:
    print(f"{len(sleepers)} sleepers, then: {refused.strerror}", flush=True)
    time.sleep(0.2)  # long enough for a look: without a control group nothing counts refusals
    raise SystemExit(1)
