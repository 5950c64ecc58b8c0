package org.chrootlite.probe;

import java.util.Locale;

/** What is promised of every sandbox whose manifest does not grant it. */
public enum Promise {
  HOST_FILES("sees no file of the host but what its manifest mounts"),
  DESCRIPTORS("holds nothing but its three streams, which it can open anew"),
  ENVIRONMENT("gets no variable of the host"),
  PROCESSES("sees, signals and traces no process but its own"),
  NAMESPACES("has namespaces of its own, and makes or enters no others"),
  MOUNTS("cannot change what is mounted, and nothing mounted gives it rights"),
  CAPABILITIES("has no capability, and gains none"),
  PRIVILEGES("gains no rights by setuid files, and makes none"),
  FILTER("is under a filter of system calls"),
  OTHER_ABI("does not get around the filter by another ABI"),
  KEYS("reaches no keyring"),
  KERNEL("reaches no interface of the kernel that scripts do not need"),
  SOCKETS("opens no sockets of rare families"),
  NETWORK("has a network of its own, with loopback only"),
  TERMINAL("holds no terminal, and types into none"),
  HOSTNAME("sees its own host name"),
  PROC("sees nothing of the host in /proc, and changes nothing there"),
  DEVICES("has the usual devices, and makes no others"),
  USER("has no privileged host identity"),
  START("starts with default signals, umask 022, in its work directory"),
  SUPERVISION("stops while its supervisor is stopped, and goes on with it"),
  LIFETIME("leaves no process behind");

  private final String description;

  Promise(String description) {
    this.description = description;
  }

  /** Such as {@code host-files}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What a script of the sandbox does or does not: a sentence without its subject and full stop. */
  public String description() {
    return description;
  }
}
