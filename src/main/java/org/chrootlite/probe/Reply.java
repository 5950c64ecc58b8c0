package org.chrootlite.probe;

/**
 * The judgement of an answer.
 *
 * @param holds whether the promise holds with this answer
 * @param observed the answer in a few words
 */
record Reply(boolean holds, String observed) {
  static Reply of(boolean holds, String observed) {
    return new Reply(holds, observed);
  }
}
