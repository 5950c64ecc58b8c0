"""Starts a shell on a terminal of its own, and types: after -- come pairs of what to wait for, and what to type then."""
import os
import pty
import select
import sys
import time

end = sys.argv.index("--")
pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(PS1="ready> ", TERM="dumb", NO_COLOR="1")
    os.execvp(sys.argv[1], sys.argv[1:end])

seen = ""
begin = 0
steps = sys.argv[end + 1:]
for i in range(0, len(steps), 2):
    give_up = time.time() + 40
    while steps[i] not in seen[begin:]:
        if time.time() > give_up:
            sys.exit("waited in vain for " + steps[i] + " in:\n" + seen)
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65536).decode()
    begin = seen.index(steps[i], begin) + len(steps[i])
    if i + 1 < len(steps):
        os.write(terminal, steps[i + 1].encode())
print(seen)
