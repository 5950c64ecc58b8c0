package org.chrootlite.hostile;

/**
 * One thing that is tried or looked at.
 *
 * @param name as the programs print it
 * @param by who finds out
 * @param description one line: what is tried
 */
public record Check(String name, Promise promise, By by, String description) {
  /** Who finds out. */
  public enum By {
    /** {@code hostile}, from inside: {@code src/test/c/hostile/main.c}. */
    SCRIPT,
    /** {@code host}, from outside: {@code src/test/c/hostile/host.c}. It knows nothing of who confines the script. */
    HOST,
    /** The tests themselves, by what our launcher reports and leaves. */
    TEST
  }
}
