/* Tries to make init believe that its timer has rung: by a signal that a descriptor's owner gets. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) || fcntl(ends[0], F_SETOWN, 1) || fcntl(ends[0], F_SETSIG, SIGALRM) ||
      fcntl(ends[0], F_SETFL, O_ASYNC | O_NONBLOCK))
    return 11;
  if (write(ends[1], "x", 1) != 1)
    return 12;
  sleep(1);
  return 0;
}
