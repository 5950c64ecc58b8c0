package org.chrootlite.model;

/**
 * What a host lacks.
 *
 * @param why it does: what was tried, and what the kernel said
 * @param remedy what its owner, or the caller, can do about it: exact commands where there are some
 */
public record Gap(String why, String remedy) {
  @Override
  public String toString() {
    return why + ": " + remedy;
  }
}
