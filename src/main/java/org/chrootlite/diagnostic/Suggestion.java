package org.chrootlite.diagnostic;

import java.util.Optional;

/** The name that was meant, where one of the known names is close to what was written. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * The closest known name, if it is at most a third of the written one's length away, counted in insertions,
   * deletions, replacements and swaps of neighbours; letter case counts nothing.
   */
  public static Optional<String> closest(String written, Iterable<String> known) {
    String best = null;
    int bestDistance = Math.max(1, written.length() / 3) + 1;
    for (String name : known) {
      if (Math.abs(name.length() - written.length()) >= bestDistance) {
        continue;
      }
      int distance = distance(written, name);
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The optimal string alignment distance. */
  private static int distance(String a, String b) {
    int[][] steps = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        steps[i][j] = Math.min(i, j) == 0 ? Math.max(i, j) : step(steps, a, b, i, j);
      }
    }
    return steps[a.length()][b.length()];
  }

  private static int step(int[][] steps, String a, String b, int i, int j) {
    int replaced = steps[i - 1][j - 1] + (same(a, i - 1, b, j - 1) ? 0 : 1);
    int least = Math.min(replaced, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
    if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1)) {
      least = Math.min(least, steps[i - 2][j - 2] + 1);
    }
    return least;
  }

  private static boolean same(String a, int i, String b, int j) {
    return Character.toLowerCase(a.charAt(i)) == Character.toLowerCase(b.charAt(j));
  }
}
