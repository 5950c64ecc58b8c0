/* Looks at files: r:PATH reads its first bytes, w:PATH writes there, i: says who it is. A line each. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    char *path = arguments[i] + 2, text[256] = "";
    long got;
    int file = -1;
    switch (arguments[i][0]) {
    case 'r':
      file = open(path, O_RDONLY | O_NONBLOCK);
      got = file < 0 ? -1 : read(file, text, sizeof text - 1);
      text[strcspn(text, "\n")] = 0;
      printf("read %s: %s\n", path, got < 0 ? strerrorname_np(errno) : text);
      break;
    case 'w':
      file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0644);
      got = file < 0 ? -1 : write(file, "hacked\n", 7);
      printf("write %s: %s\n", path, got < 0 ? strerrorname_np(errno) : "ok");
      break;
    default: {
      FILE *status = fopen("/proc/self/status", "r");
      while (status && fgets(text, sizeof text, status))
        if (!strncmp(text, "Uid", 3) || !strncmp(text, "CapEff", 6) || !strncmp(text, "CapPrm", 6))
          printf("%s", text);
    }
    }
    if (file >= 0)
      close(file);
  }
  return 0;
}
