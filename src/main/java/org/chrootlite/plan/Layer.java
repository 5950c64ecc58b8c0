package org.chrootlite.plan;

/**
 * The layer of a sandbox that keeps what is written to its root.
 *
 * @param uid of the host, whose files are in it; and who the sandbox's runs are on the host
 */
public record Layer(long uid) {}
