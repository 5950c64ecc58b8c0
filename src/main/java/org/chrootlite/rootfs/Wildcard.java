package org.chrootlite.rootfs;

/**
 * A name in which {@code *} stands for any characters, and every other character for itself.
 *
 * @param pattern of one path component
 */
record Wildcard(String pattern) {
  boolean matches(String name) {
    // Linear but for the last star, to which alone it goes back: no pattern is slow.
    int p = 0;
    int n = 0;
    int star = -1;
    int afterStar = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        afterStar = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++afterStar;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
