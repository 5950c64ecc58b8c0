package org.chrootlite.probe;

/**
 * What the host has, of which a probe must not take too much.
 *
 * @param memory bytes that can be had without hurting anybody
 * @param cpus how many there are
 */
public record Capacity(long memory, int cpus) {
  /** A limit that a probe exceeds: this one, or a smaller one where the host, or our patience, would suffer. */
  long bounded(long limit, long most) {
    return Math.min(limit, Math.min(most, Math.max(memory / 8, 1L << 20)));
  }
}
