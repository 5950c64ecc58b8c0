/* Fills a static array. */
static char array[200 * 1000 * 1000];

int main(void) {
  for (unsigned long i = 0; i < sizeof array; i += 4096)
    ((volatile char *)array)[i] = 1;
  return array[4096] - 1;
}
