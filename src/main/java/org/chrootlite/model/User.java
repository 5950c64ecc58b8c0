package org.chrootlite.model;

/** Who the script is inside its sandbox; 0 to 4294967294 each. It says nothing about who it is on the host. */
public record User(long uid, long gid) {}
