/* Takes inotify instances and watches until the kernel refuses, and says how many it got. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

int main(void) {
  int instances = 0;
  while (instances < 100 && inotify_init1(0) >= 0)
    instances++;
  printf("%d instances, %s\n", instances, strerror(errno));
  return 0;
}
