package org.chrootlite.model;

/**
 * Whether scripts may lock files. Two runs that reach the same inode can signal to each other by locks on it: an
 * ordinary user's runs share the host's device nodes, and a writable mount is shared as a whole.
 */
public enum FileLocks {
  /** As the file system has them. */
  ALLOW,
  /** Each request fails with ENOLCK, as on a file system without locks. */
  DENY
}
