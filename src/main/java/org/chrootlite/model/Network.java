package org.chrootlite.model;

/** What of the network a sandbox sees. */
public enum Network {
  /** A network namespace of its own, with loopback only. */
  NONE,
  /** The host's network. */
  HOST
}
