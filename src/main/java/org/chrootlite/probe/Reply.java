package org.chrootlite.probe;

/**
 * An answer, judged.
 *
 * @param holds whether the promise stands this answer
 * @param came what came back, in a few words
 */
record Reply(boolean holds, String came) {
  static Reply of(boolean holds, String came) {
    return new Reply(holds, came);
  }
}
