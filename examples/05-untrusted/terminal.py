"""Tries to type into the terminal of whoever started it."""
import fcntl
import os
import pty
import termios


def attempt(what, action):
    try:
        print(what + ":", action())
    except OSError as refused:
        print(what + ":", refused.strerror)


attempt("the controlling terminal", lambda: os.open("/dev/tty", os.O_RDWR))
print("terminals among the streams:", [number for number in range(3) if os.isatty(number)])
ours, theirs = pty.openpty()
print("a terminal of one's own:", os.ttyname(theirs))
attempt("type into it (TIOCSTI)", lambda: fcntl.ioctl(theirs, termios.TIOCSTI, b"x"))
